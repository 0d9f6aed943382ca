"""What is wrong with a printed value, by the published schema of its command."""

from typing import Any

from jsonschema_rs import Draft202012Validator


def faults(value: Any, whole: dict[str, Any]) -> list[str]:
    """What is wrong with a value; nothing when it fits."""
    return [str(error) for error in Draft202012Validator(whole).iter_errors(value)]
