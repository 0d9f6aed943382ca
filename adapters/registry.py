"""Registry: the systems that a connection may join, by the name that `connection add` takes."""

from collections.abc import Mapping

from ..plugin.ports.adapter import SourceAdapter, TargetAdapter
from .mintsoft.adapter import MintsoftAdapter
from .xero.adapter import XeroAdapter

SOURCES: Mapping[str, SourceAdapter] = {
    "mintsoft": MintsoftAdapter(),
}

TARGETS: Mapping[str, TargetAdapter] = {
    "xero": XeroAdapter(),
}
