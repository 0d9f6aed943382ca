"""Register: puts the plugin into a Flask host."""

from collections.abc import Mapping

from flask import Flask, redirect

from .errors import SettingsError
from .ports.adapter import SourceAdapter, TargetAdapter
from .services.container import Container, join
from .web.blueprint import put_pages
from .web.users import Users


def register(
    app: Flask,
    *,
    settings: Mapping[str, object] | None = None,
    users: Users | None = None,
    prefix: str = "/mintsoft-xero",
    sources: Mapping[str, SourceAdapter] | None = None,
    targets: Mapping[str, TargetAdapter] | None = None,
) -> Container:
    """Put the pages and the commands (``flask mintsoft-xero``) into a Flask app.

    The plugin is `app.extensions["mintsoft_xero"]` then. The host's logging, sessions and
    secret key stay its own.

    Args:
        app: the host; the settings are looked for in its config, then in the environment.
        settings: more of them, which win over both.
        users: the host's people; without them the pages answer on this machine only, behind
            a login that is kept in ``HOME/web-login``.
        prefix: below which the pages are.
        sources: adapters of systems that orders come from, by name, beside Mintsoft.
        targets: adapters of systems that invoices go to, by name, beside Xero.

    Raises:
        SettingsError: a setting is wrong, or the plugin is registered in this app already.
    """
    from .cli.main import commands

    if "mintsoft_xero" in app.extensions:
        raise SettingsError(
            "mintsoft_xero is registered in this app already",
            fix="Call register() once; a host that loads addons by itself needs no second call.",
        )
    plugin = join({**app.config, **(settings or {})}, sources=sources, targets=targets)
    put_pages(app, plugin, users, prefix=prefix)
    app.cli.add_command(commands(lambda: plugin, lambda: app), "mintsoft-xero")
    app.extensions["mintsoft_xero"] = plugin
    return plugin


def make_app() -> Flask:
    """The app of a plugin without a host: its pages, and nothing else."""
    app = Flask("mintsoft_xero", static_folder=None)
    register(app)
    app.add_url_rule("/", "home", lambda: redirect("/mintsoft-xero/"))
    return app
