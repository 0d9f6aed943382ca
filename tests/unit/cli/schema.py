"""A validator for the part of JSON Schema 2020-12 that our schemas use.

Where jsonschema_rs is installed, it must agree.
"""

import re
from collections.abc import Callable
from typing import Any

validator_for: Callable[[dict[str, Any]], Any] | None
try:
    from jsonschema_rs import Draft202012Validator as validator_for  # noqa: N813
except ImportError:
    validator_for = None

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    *("$schema", "$id", "title", "description", "$defs", "$ref", "type", "enum", "pattern"),
    *("minimum", "properties", "required", "additionalProperties", "items"),
}


def faults(value: Any, whole: dict[str, Any]) -> list[str]:
    """What is wrong with a value; nothing when it fits."""
    found = _faults(value, whole, whole, "$")
    if validator_for is not None:
        assert validator_for(whole).is_valid(value) is not bool(found), found
    return found


def _faults(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str) -> list[str]:
    assert set(schema) <= _KNOWN, f"{at}: {set(schema) - _KNOWN}"
    if "$ref" in schema:
        return _faults(value, whole["$defs"][schema["$ref"].rpartition("/")[2]], whole, at)
    found = []
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(value, name) for name in types):
        return [f"{at} is no {types}: {value!r}"]
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is none of {schema['enum']}: {value!r}")
    if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
        found.append(f"{at} does not match {schema['pattern']}: {value!r}")
    if "minimum" in schema and isinstance(value, int) and value < schema["minimum"]:
        found.append(f"{at} is too small: {value!r}")
    if isinstance(value, dict):
        found += _faults_of_object(value, schema, whole, at)
    if isinstance(value, list):
        for position, item in enumerate(value):
            found += _faults(item, schema.get("items", {}), whole, f"{at}[{position}]")
    return found


def _faults_of_object(
    value: dict[str, Any], schema: dict[str, Any], whole: dict[str, Any], at: str
) -> list[str]:
    found = [f"{at} has no {name}" for name in schema.get("required", []) if name not in value]
    known, other = schema.get("properties", {}), schema.get("additionalProperties", {})
    for name, item in value.items():
        rule = known.get(name, other)
        if rule is False:
            found.append(f"{at} has an unknown {name}")
        else:
            found += _faults(item, rule, whole, f"{at}.{name}")
    return found


def _is(value: Any, name: str) -> bool:
    return isinstance(value, _TYPES[name]) and not (name == "integer" and isinstance(value, bool))
