"""The settings of a connection, checked: what people type becomes `Settings`, or one sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any
from uuid import UUID

from marshmallow import Schema, ValidationError
from marshmallow import fields as checked

from ...domain.connections.organisation import Organisation
from ...domain.connections.setting import settings_of
from ...domain.connections.setting_values import ValueKind
from ...domain.connections.settings import Settings
from ...errors import SettingsError, did_you_mean

#: What is said of a theme that is no id, where the organisation's are not known.
NO_THEME = "must be the id of a branding theme, or empty"


class _Value(checked.Field):  # type: ignore[misc,type-arg,unused-ignore]
    """A value as its setting's declaration reads it."""

    def __init__(self, kind: ValueKind[Any]) -> None:
        super().__init__()
        self._kind = kind

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        try:
            return self._kind.read(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from None


def _schema() -> type[Schema]:
    """What `connection set` accepts: one field for each setting that is declared."""
    return Schema.from_dict(
        {name: _Value(said.value) for name, said in settings_of(Settings).items()},
        name="SettingsSchema",
    )


_SCHEMA = _schema()


def changed_settings(
    current: Settings,
    given: Mapping[str, str],
    statuses: Sequence[str] = (),
    organisation: Organisation | None = None,
) -> Settings:
    """The settings with some of them changed; all of them, or none.

    `statuses`: the names that the account has; where known, others are refused. `organisation`:
    where known, its branding themes are the ones to choose from.

    Raises:
        SettingsError: unknown names or wrong values, all of them in one sentence.
    """
    names = [field.name for field in fields(Settings)]
    problems = [_unknown(name, names) for name in given if name not in names]
    try:
        values = _SCHEMA().load({k: v for k, v in given.items() if k in names})
    except ValidationError as error:
        found = error.normalized_messages()  # type: ignore[no-untyped-call,unused-ignore]
        problems += [f"{name} {', '.join(texts)}" for name, texts in found.items()]
        values = {}
    known = [status.upper() for status in statuses]
    wrong = [x for x in values.get("export_statuses", ()) if known and x not in known]
    problems += [f"export_statuses: {_unknown(x, known)}" for x in wrong]
    changed = replace(current, **values)
    if "branding_theme" in values:
        theme, unknown = _theme_of(changed.branding_theme, organisation)
        changed, problems = replace(changed, branding_theme=theme), [*problems, *unknown]
    problems += _together(changed)
    if problems:
        raise SettingsError("; ".join(problems), fix="Nothing was changed. " + _all(names))
    return changed


def text_of(value: Any) -> str:
    """A setting's value as `connection set` takes it."""
    if value is None:
        return "any"
    return ",".join(value) if isinstance(value, tuple) else str(value)


def _together(settings: Settings) -> list[str]:
    """What is wrong with settings that are right each by itself."""
    of_month = settings.due in {"this_month", "next_month"}
    if of_month and settings.due_days not in range(1, 32):
        return [f"due_days must be a day of the month, from 1 to 31, while due is {settings.due}"]
    return []


def _theme_of(name: str, organisation: Organisation | None) -> tuple[str, list[str]]:
    """A branding theme's id, by its id or name; and what is wrong with it."""
    themes = organisation.branding_themes if organisation else None
    if not name or themes is None:
        return name, [] if not name or _is_id(name) else [f"branding_theme {NO_THEME}"]
    for theme in themes:
        if name.casefold() in {theme.theme_id.casefold(), theme.name.casefold()}:
            return theme.theme_id, []
    names = [theme.name for theme in themes]
    return name, [f"branding_theme: {_unknown(name, names)}; themes are {', '.join(names)}"]


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _unknown(name: str, known: Sequence[str]) -> str:
    return f"{name!r} is not known{did_you_mean(name, known)}"


def _all(names: Sequence[str]) -> str:
    return f"The settings are: {', '.join(names)}."
