"""JSON Schema (2020-12) of the books of a kind: completion and hover in an editor.

Made from the language and the catalogue of facts. An editor that follows a book's first line,
``# yaml-language-server: $schema=schema/orders.schema.json``, says while one types what
`rules check` says of words, types and places; what a book means is judged there alone.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ....plugin.domain.decisions.decision import Verdict
from ....plugin.domain.decisions.facts import Fact, FactType
from .kinds import Kind
from .words import COMPARISONS, LIST_OPS, MAX_EXAMPLES, MAX_RULES, MAX_TERMS, Mode, Op

Json = dict[str, Any]

_NAME = "[a-z][a-z0-9_]{0,59}"
_AMOUNT = r"[+-]?[0-9]+(\.[0-9]{1,2})?"
_WHOLE = "[+-]?[0-9]+"
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"

#: What YAML makes of a text that is written without quotation marks.
_TEXT: Json = {"type": ["string", "number", "boolean"]}
#: A value as it stands in an example, and among the book's own lists and amounts.
_CONSTANTS: Mapping[FactType, Json] = {
    FactType.MONEY: {"type": ["number", "string"], "pattern": f"^{_AMOUNT}$"},
    FactType.NUMBER: {"type": ["integer", "string"], "pattern": f"^{_WHOLE}$"},
    FactType.TEXT: _TEXT,
    FactType.DATE: {"type": "string", "pattern": f"^{_DAY}$"},
    FactType.YES_NO: {"enum": ["yes", "no", True, False]},
    FactType.TEXTS: {"type": "array", "items": _TEXT},
}
_VERDICTS = {
    Verdict.EXPORT: "pass it on",
    Verdict.WAIT: "not yet",
    Verdict.SKIP: "never, and nobody needs to act",
    Verdict.REFUSE: "a person must put something right",
}
_MODES = {
    Mode.FIRST: "the first rule that fires decides",
    Mode.COLLECT: "the strongest verdict of all that fire: refuse, skip, wait, export",
}


def schema_of(kind: Kind) -> Json:
    """The schema of the books of one kind."""
    book = _object(_book(kind), required=("book", "mode", "default", "rules"))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Rules for {kind.name.replace('_', ' ')}",
        **book,
        "$defs": {
            "rule": _rule(kind),
            "example": _example(kind),
            "list": _texts(),
            "condition": _condition(kind.facts, "condition", lines=bool(kind.line_facts)),
            **_comparisons(kind.facts, ""),
            "line_condition": _condition(kind.line_facts, "line_condition", lines=False),
            **_comparisons(kind.line_facts, "line_"),
        },
    }


def schema_text(kind: Kind) -> str:
    """The schema as it is kept in `schema_file`."""
    return json.dumps(schema_of(kind), indent=1, ensure_ascii=False) + "\n"


def schema_file(kind: Kind) -> Path:
    """Where the package keeps it, beside its rule files."""
    return Path(__file__).resolve().parents[2] / "schema" / f"{kind.name}.schema.json"


def _book(kind: Kind) -> Json:
    return {
        "book": {"const": kind.name, "description": "what it decides"},
        "mode": {"description": "which rule decides, when several fire", **_words(_MODES)},
        "default": {"description": "the verdict when no rule fires", **_words(_VERDICTS)},
        "lists": {
            "description": "texts under a name; a connection may set its own",
            **_named(_CONSTANTS[FactType.TEXTS]),
        },
        "amounts": {
            "description": "money under a name; a connection may set its own",
            **_named(_CONSTANTS[FactType.MONEY]),
        },
        "rules": {
            "description": "in mode `first` the order counts",
            **_list(_ref("rule"), least=1, most=MAX_RULES),
        },
        "examples": {
            "description": f"{kind.called} each, and what must come out; tried at every check",
            **_list(_ref("example"), least=0, most=MAX_EXAMPLES),
        },
    }


def _rule(kind: Kind) -> Json:
    sentence = "{name} stands for a fact, a list or an amount"
    parts = {
        "id": {
            "description": "its name; shown as what decided",
            "type": "string",
            "pattern": f"^{_NAME}$",
            "not": {"enum": ["default", "not_decided"]},
        },
        "then": {"description": "the verdict when it fires", **_words(_VERDICTS)},
        "code": {"description": "stable code of a refusal", "enum": list(kind.codes)},
        "when": {"description": "the condition on which it fires", **_ref("condition")},
        "message": {"description": f"the sentence that people read; {sentence}", **_TEXT},
        "fix": {"description": f"what to do about it; {sentence}", **_TEXT},
    }
    exports = {"properties": {"then": {"const": "export"}}, "required": ["then"]}
    refuses = {"properties": {"then": {"const": "refuse"}}}
    return {
        **_object(parts, required=("id", "then", "when")),
        "allOf": [
            {"if": exports, "else": {"required": ["message"]}},
            {"if": {"required": ["code"]}, "then": refuses},
        ],
    }


def _example(kind: Kind) -> Json:
    line = _object(_example_facts(kind.line_facts))
    facts = _object(_example_facts(kind.facts, lines={"type": "array", "items": line}))
    parts = {
        "name": {"description": "what is tried", **_TEXT},
        kind.document: {"description": "the facts in which it differs from a good one", **facts},
        "expect": {"description": "the verdict that must come out", **_words(_VERDICTS)},
        "by": {"description": "id of the rule that must decide, or default", "type": "string"},
    }
    return _object(parts, required=("name", kind.document, "expect"))


def _example_facts(facts: Mapping[str, Fact], lines: Json | None = None) -> Json:
    return {
        name: {"description": _said(fact), **_CONSTANTS.get(fact.type, lines or {})}
        for name, fact in facts.items()
    }


def _condition(facts: Mapping[str, Fact], own_name: str, *, lines: bool) -> Json:
    """A condition on the facts of a document, or on those of a line."""
    several = _list(_ref(own_name), least=1)
    parts: Json = {
        "all": {"description": "true when every one of these is", **several},
        "any": {"description": "true when at least one of these is", **several},
        "not": {"description": "true when this is not", **_ref(own_name)},
    }
    if lines:
        line = _ref("line_condition")
        parts["any line"] = {"description": "true when this is so of at least one line", **line}
        parts["all lines"] = {"description": "true when this is so of every line", **line}
    scope = own_name.removesuffix("condition")
    for name, fact in facts.items():
        if fact.type is not FactType.LINES:
            parts[name] = {"description": _said(fact), **_ref(scope + _key(fact.type))}
    return {**_object(parts), "minProperties": 1}


def _comparisons(facts: Mapping[str, Fact], scope: str) -> Json:
    """What may stand after a fact, by its type."""
    made: Json = {}
    for fact_type in dict.fromkeys(fact.type for fact in facts.values()):
        if fact_type is FactType.LINES:
            continue
        value = _value(fact_type, facts)
        words = COMPARISONS[fact_type]
        right = {word: _right(op, fact_type, value, facts) for word, op in words.items()}
        compared = {**_object(right), "minProperties": 1}
        short = "is" in words
        made[scope + _key(fact_type)] = {"anyOf": [value, compared]} if short else compared
    return made


def _right(op: Op, fact_type: FactType, value: Json, facts: Mapping[str, Fact]) -> Json:
    if op in LIST_OPS:
        return _ref("list")
    if op is Op.BETWEEN:
        return _list(value, least=2, most=2)
    return _value(FactType.TEXT, facts) if fact_type is FactType.TEXTS else value


def _value(fact_type: FactType, facts: Mapping[str, Fact]) -> Json:
    """One value to compare with: a constant, `$name`, or a sum of such."""
    mine = _references(fact_type, facts)
    offered: Json = {"enum": mine}
    match fact_type:
        case FactType.MONEY:  # the amounts of the book are not known here
            pattern = _sum(_either(_AMOUNT, [rf"\${_NAME}"]))
            return {"anyOf": [offered, {"type": ["number", "string"], "pattern": pattern}]}
        case FactType.NUMBER:
            pattern = _sum(_either(_WHOLE, _escaped(mine)))
            return {"anyOf": [offered, {"type": ["integer", "string"], "pattern": pattern}]}
        case FactType.DATE:
            days = _either(_WHOLE, _escaped(_references(FactType.NUMBER, facts)))
            pattern = _sum(_either(_DAY, _escaped(mine)), days)
            return {"anyOf": [offered, {"type": "string", "pattern": pattern}]}
        case FactType.YES_NO:
            return {"enum": [*_CONSTANTS[FactType.YES_NO]["enum"], *mine]}
        case _:
            return {"anyOf": [offered, {**_TEXT, "pattern": "^([^$]|$)"}]}


def _texts() -> Json:
    written = _CONSTANTS[FactType.TEXTS]
    named = {"type": "string", "pattern": rf"^\${_NAME}$", "description": "a list as $name"}
    return {"anyOf": [written, named]}


def _sum(first: str, further: str = "") -> str:
    return rf"^\s*{first}(\s+[+-]\s+{further or first}){{0,{MAX_TERMS - 1}}}\s*$"


def _either(constant: str, names: Iterable[str]) -> str:
    return f"({'|'.join((constant, *names))})"


def _references(fact_type: FactType, facts: Mapping[str, Fact]) -> list[str]:
    return [f"${fact.name}" for fact in facts.values() if fact.type is fact_type]


def _escaped(references: Iterable[str]) -> list[str]:
    return [rf"\{reference}" for reference in references]


def _said(fact: Fact) -> str:
    """A fact as an editor shows it."""
    unit = f", {fact.unit}" if fact.unit else ""
    example = f"; for example {fact.example}" if fact.example else ""
    return f"{fact.meaning} ({fact.type}{unit}){example}"


def _words(meanings: Mapping[Any, str]) -> Json:
    choices = [{"const": str(word), "description": said} for word, said in meanings.items()]
    return {"oneOf": choices}


def _named(value: Json) -> Json:
    return {
        "type": "object",
        "patternProperties": {f"^{_NAME}$": value},
        "additionalProperties": False,
    }


def _list(item: Json, *, least: int, most: int = 0) -> Json:
    bounds = {"minItems": least, **({"maxItems": most} if most else {})}
    return {"type": "array", "items": item, **bounds}


def _object(properties: Json, required: Iterable[str] = ()) -> Json:
    needed = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **needed, "additionalProperties": False}


def _ref(name: str) -> Json:
    return {"$ref": f"#/$defs/{name}"}


def _key(fact_type: FactType) -> str:
    return fact_type.name.lower()
