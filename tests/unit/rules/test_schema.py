"""The schemas for editors agree with the check of rule files."""

import re
from pathlib import Path
from random import Random
from typing import Any

import jsonschema_rs
import pytest
import yaml

from ....rules.engine.books import packaged_rules, seed_rules
from ....rules.engine.language.kinds import KINDS, ORDERS, Kind
from ....rules.engine.language.schema import schema_file, schema_of, schema_text
from ....rules.engine.read_book import read_book
from .random_books import random_book, text_of

EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
HEAD = "book: orders\nmode: first\ndefault: export\nlists: {due: [NEW]}\namounts: {limit: 0.05}\n"


class _Editor(yaml.SafeLoader):
    """Reads YAML 1.2 as editors do: `yes` is a text, and so is a date."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - as PyYAML has it


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?[0-9]*\.[0-9]+", "-+.0123456789"),
):
    _Editor.add_implicit_resolver(
        f"tag:yaml.org,2002:{_tag}", re.compile(f"^({_pattern})$"), _first
    )


def errors(kind: Kind, text: str) -> list[str]:
    """What an editor would underline."""
    validator = jsonschema_rs.Draft202012Validator(schema_of(kind))
    return [error.message for error in validator.iter_errors(yaml.load(text, _Editor))]


def rule(condition: str, rest: str = "then: export") -> str:
    return f"{HEAD}rules:\n  - {{id: a, {rest}, when: {condition}}}\n"


@EACH
def test_the_package_ships_it(kind: Kind) -> None:
    """The file beside the rules is what the language and the facts of today make.

    When this fails: ``schema_file(kind).write_text(schema_text(kind))`` for each kind.
    """
    assert schema_file(kind).read_text(encoding="utf-8") == schema_text(kind)
    jsonschema_rs.meta.validate(schema_of(kind))


@EACH
def test_the_package_book(kind: Kind) -> None:
    """Each default book is valid by its own schema, not by another's, and names it first."""
    text = (packaged_rules() / f"{kind.name}.yaml").read_text(encoding="utf-8")
    named = f"# yaml-language-server: $schema=schema/{schema_file(kind).name}"
    assert text.splitlines()[0] == named
    assert errors(kind, text) == []
    assert all(errors(other, text) for other in KINDS.values() if other is not kind)


def test_beside_the_users_books(tmp_path: Path) -> None:
    """A user's rule files find their schemas, and those of an older version are replaced."""
    seed_rules(tmp_path)
    old = tmp_path / "schema" / "orders.schema.json"
    old.write_text("{}", encoding="utf-8")
    mine = tmp_path / "orders.yaml"
    mine.write_text("# mine\n", encoding="utf-8")
    seed_rules(tmp_path)
    for kind in KINDS.values():
        kept = tmp_path / "schema" / schema_file(kind).name
        assert kept.read_text(encoding="utf-8") == schema_text(kind)
    assert mine.read_text(encoding="utf-8") == "# mine\n"


@EACH
def test_every_fact_is_offered(kind: Kind) -> None:
    """Each fact stands in the conditions and in the examples, with its meaning for the hover."""
    defined = schema_of(kind)["$defs"]
    example = defined["example"]["properties"][kind.document]["properties"]
    places = [
        (defined["condition"]["properties"], kind.facts),
        (defined["line_condition"]["properties"], kind.line_facts),
        (example, kind.facts),
        (example["lines"]["items"]["properties"], kind.line_facts),
    ]
    for properties, facts in places:
        for name in set(facts) - {"lines"}:
            assert properties[name]["description"].startswith(facts[name].meaning)
        assert set(properties) - set(facts) <= {"all", "any", "not", "any line", "all lines"}


@pytest.mark.parametrize(
    "condition",
    [
        "{stauts: NEW}",
        "{status: {more than: NEW}}",
        "{status: {in: NEW}}",
        "{status: $total_net}",
        "{total_net: much}",
        "{total_net: {more than: '1.001'}}",
        "{total_net: {between: [1.00]}}",
        "{quantity: $total_net}",
        "{quantity: 1.5}",
        "{merged: maybe}",
        "{tags: vip}",
        "{lines: 1}",
        "{document_date: 01/06/2026}",
        "{document_date: {before: $today - $total_net}}",
        "{any line: {status: NEW}}",
        "{any line: {any line: {sku: A}}}",
        "{all: {status: NEW}}",
        "{}",
    ],
)
def test_wrong_conditions(condition: str) -> None:
    """A wrong fact, comparison, type or place is wrong for the editor as it is for the check."""
    text = rule(condition)
    assert read_book(text, "a.yaml")[1].found
    assert errors(ORDERS, text)


@pytest.mark.parametrize(
    "rest",
    [
        "then: wait",
        "then: perhaps, message: m",
        "then: skip, message: m, code: MX-201",
        "then: refuse, message: m, code: MX-999",
        "then: export, because: why",
    ],
)
def test_wrong_rules(rest: str) -> None:
    """So is a rule without its message, with another verdict, or with a code that is not its."""
    text = rule("{status: NEW}", rest)
    assert read_book(text, "a.yaml")[1].found
    assert errors(ORDERS, text)


@pytest.mark.parametrize(
    "condition",
    [
        "{country: NO, channel: 7, client: true}",
        "{merged: yes, customer_known: {is not: $personal_data_removed}}",
        "{total_net: {between: [1, $goods_net + $shipping_net - $limit]}}",
        "{document_date: {before: $today - 30}}",
        "{document_date: {on or after: 2026-06-01 + $quantity}}",
        "{status: {in: $due, not in: [OLD, 5]}, tags: {has: vip, has none of: $due}}",
        "{any: [{all lines: {not: {discount: {more than: $before_discount}}}}, {number: 00123}]}",
    ],
)
def test_right_conditions(condition: str) -> None:
    """What the check takes, the editor takes: words YAML might mistake, sums, lists, lines."""
    assert errors(ORDERS, rule(condition)) == []


def test_random_books() -> None:
    """No editor underlines anything in a book whose words are right."""
    random = Random(1)
    for _ in range(60):
        text = text_of(random_book(random))
        assert read_book(text, "random.yaml")[0]
        assert errors(ORDERS, text) == []
