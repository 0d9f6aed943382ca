"""A settings file: a connection's settings, mapping and schedules as text, and back.

    version: 1            written by `connection export-settings`, read by `import-settings`
    mode: accounting
    organisation: {...}   where it came from, for people
    settings:             each as `connection set` takes it
    mapping:              as `connection map` takes them
    schedules:            minutes between two runs, or off

YAML, of which JSON is a part. It holds no secret (`PRIVATE`), no login and no customer.
`file_reader` reads it.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields

import yaml

from ...domain.connections.connection import Connection
from ...domain.connections.job import Job, JobName, Switch
from ...domain.connections.mapping import Entry
from ...domain.connections.setting import settings_of
from ...domain.connections.settings import Settings
from ...errors import SettingsError
from ..mapping.entries import checked_entry
from .schema import text_of

VERSION = 1

#: Settings that are never written: they may hold a secret.
PRIVATE = tuple(name for name, said in settings_of(Settings).items() if said.private)

#: A job that the clock does not run.
OFF = "off"


@dataclass(frozen=True, kw_only=True)
class SettingsBundle:
    """What a connection is given from a file, or from another connection."""

    settings: Settings
    entries: Mapping[tuple[str, str], Entry]
    #: Minutes between two runs by job, None for off; jobs that are not named stay as they are.
    schedules: Mapping[JobName, int | None]
    #: What was left out, and why: a sentence each.
    left_out: list[str] = field(default_factory=list)


def written(connection: Connection, jobs: Sequence[Job], *, as_json: bool) -> str:
    """The file of a connection."""
    organisation = connection.organisation
    content = {
        "version": VERSION,
        "connection": connection.name,
        "mode": connection.mode,
        "organisation": {"id": organisation.organisation_id, "name": organisation.name}
        if organisation
        else None,
        "settings": {
            x.name: text_of(getattr(connection.settings, x.name))
            for x in fields(Settings)
            if x.name not in PRIVATE
        },
        "mapping": [
            {"kind": kind, "source": source, "target": entry.target}
            for (kind, source), entry in sorted(connection.mapping.entries.items())
        ],
        "schedules": {
            str(name): OFF if minutes is None else minutes
            for name, minutes in _schedules(jobs).items()
        },
    }
    if as_json:
        return json.dumps(content, indent=2) + "\n"
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


def cloned(source: Connection, jobs: Sequence[Job], onto: Connection) -> SettingsBundle:
    """What another connection has, as far as the organisation of `onto` allows.

    The start date stays: another one would export, or drop, what nobody has asked for.
    """
    left_out = [f"start_date stays {text_of(onto.settings.start_date)}"]
    values = {x.name: getattr(source.settings, x.name) for x in fields(Settings)}
    values |= {name: getattr(onto.settings, name) for name in ("start_date", *PRIVATE)}
    foreign = organisation_of(source) != organisation_of(onto)
    if foreign and values["branding_theme"]:
        values["branding_theme"] = onto.settings.branding_theme
        left_out.append("branding_theme, which is another organisation's: set it")
    entries: dict[tuple[str, str], Entry] = {}
    for (kind, name), entry in sorted(source.mapping.entries.items()):
        if foreign and kind == "contact":
            left_out.append(f"contact {name}, to be mapped: it is another organisation's")
            continue
        try:
            entries[kind, name] = checked_entry(onto, kind, name, entry.target)
        except SettingsError as error:
            left_out.append(f"{kind} {name}, to be mapped: {error.message}")
    return SettingsBundle(
        settings=Settings(**values),
        entries=entries,
        schedules=_schedules(jobs),
        left_out=left_out,
    )


def _schedules(jobs: Sequence[Job]) -> dict[JobName, int | None]:
    """The jobs that somebody has changed."""
    off = {job.name: None for job in jobs if job.switch is Switch.OFF}
    return {**{job.name: job.minutes for job in jobs if job.minutes is not None}, **off}


def organisation_of(connection: Connection) -> str:
    """Id of the organisation; empty before consent."""
    return connection.organisation.organisation_id if connection.organisation else ""
