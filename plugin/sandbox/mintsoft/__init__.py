"""A Mintsoft that runs on one's own machine: `create_app` is the way in.

It behaves like the REST API as far as the order export uses it; the sections of mintsoft.md
are named where a behaviour comes from. Everything below ``/_sandbox`` is not the API's.
"""

from .app import create_app

__all__ = ["create_app"]
