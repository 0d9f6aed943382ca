"""Settings as programs read them: all with their meaning, by group, and what a transfer changed."""

from collections.abc import Sequence
from typing import Any

from ...domain.connections.setting import GROUPS, Setting, settings_of
from ...domain.connections.settings import Settings
from ..settings.schema import text_of
from ..settings.transfer import Transfer
from .change_preview import preview


def settings(of: Settings) -> dict[str, dict[str, Any]]:
    """Each setting with its value, the text that `connection set` takes, and its meaning."""
    return {
        name: {
            "value": getattr(of, name),
            "text": text_of(getattr(of, name)),
            "meaning": said.meaning,
        }
        for name, said in settings_of(of).items()
    }


def groups(of: Settings, statuses: Sequence[str]) -> list[dict[str, Any]]:
    """Settings by what they are for: value, default, meaning, and what is allowed."""
    declared = settings_of(of).items()
    return [
        {
            "group": group,
            "title": title,
            "settings": [
                _described(name, said, of, statuses)
                for name, said in declared
                if said.group == group
            ],
        }
        for group, title in GROUPS.items()
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


def _described(name: str, said: Setting, of: Settings, statuses: Sequence[str]) -> dict[str, Any]:
    value, usual = getattr(of, name), getattr(Settings(start_date=None), name)
    offered = statuses if name == "export_statuses" else said.value.choices
    return {
        "name": name,
        "value": value,
        "text": text_of(value),
        "default": "the day it was added" if name == "start_date" else text_of(usual),
        "meaning": said.meaning,
        "allowed": said.value.allowed,
        "choices": list(offered) if offered else None,
    }
