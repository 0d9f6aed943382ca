"""Settings as programs read them: all with their meaning, by group, and what a transfer changed."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from ...domain.connections.connection import Settings
from ..settings.groups import GROUP_TITLES, allowed, choices, in_order
from ..settings.schema import MEANINGS, text_of
from ..settings.transfer import Transfer
from .change_preview import preview


def settings(of: Settings) -> dict[str, dict[str, Any]]:
    """Each setting with its value, the text that `connection set` takes, and its meaning."""
    return {
        field.name: {
            "value": getattr(of, field.name),
            "text": text_of(getattr(of, field.name)),
            "meaning": MEANINGS[field.name],
        }
        for field in fields(of)
    }


def groups(of: Settings, statuses: Sequence[str]) -> list[dict[str, Any]]:
    """Settings by what they are for: value, default, meaning, and what is allowed."""
    names = [field.name for field in fields(Settings)]
    by_group = {
        group: [_described(x, of, statuses) for x in in_order(group, names)]
        for group in GROUP_TITLES
    }
    return [
        {"group": group, "title": GROUP_TITLES[group], "settings": found}
        for group, found in by_group.items()
        if found
    ]


def transfer(done: Transfer) -> dict[str, Any]:
    """What a connection took over, or would."""
    return {
        "name": done.connection.name,
        "applied": done.applied,
        "settings": {
            name: {"before": old, "after": new} for name, (old, new) in done.changed.items()
        },
        "mapping": [
            {"kind": kind, "source": source, "target": entry.target}
            for (kind, source), entry in sorted(done.fresh.items())
        ],
        "schedules": list(done.bundle.schedules),
        "left_out": done.bundle.left_out,
        "moved": preview(done.preview),
    }


def _described(name: str, of: Settings, statuses: Sequence[str]) -> dict[str, Any]:
    value, usual = getattr(of, name), getattr(Settings(start_date=None), name)
    offered = statuses if name == "export_statuses" else choices(name)
    return {
        "name": name,
        "value": value,
        "text": text_of(value),
        "default": "the day it was added" if name == "start_date" else text_of(usual),
        "meaning": MEANINGS[name],
        "allowed": allowed(name),
        "choices": list(offered) if offered else None,
    }
