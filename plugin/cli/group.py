"""Group: our commands as one click group, with the exit codes of the contract."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec

import click

if TYPE_CHECKING:  # `--help` does without Celery and SQLAlchemy
    from flask import Flask

    from ..services.container import Container

P = ParamSpec("P")

INTERRUPTED = 130


class Installation:
    """The plugin of this run, joined when a command first asks for it."""

    def __init__(self, join: "Callable[[], Container]") -> None:
        self._join = join
        self._joined: Container | None = None
        self._ready = False
        #: The connection that the command is about, as it was typed; empty where it is about none.
        self.name = ""

    def plugin(self) -> "Container":
        """The plugin, whatever the state of its database."""
        if self._joined is None:
            self._joined = self._join()
        return self._joined

    def ready(self) -> "Container":
        """The plugin with its database brought up to date."""
        plugin = self.plugin()
        if not self._ready:
            plugin.prepare()
            self._ready = True
        return plugin

    def close(self) -> None:
        """Close the database, if it was opened."""
        if self._joined is not None and self._ready:
            self._joined.database.close()


def _remember(ctx: click.Context, _parameter: click.Parameter, value: str) -> str:
    if isinstance(ctx.obj, Installation):
        ctx.obj.name = value
    return value


#: The argument NAME: the connection that a command is about.
name = click.argument("name", callback=_remember)


class Commands(click.Group):
    """The group. Failures become a sentence and an exit code; bugs keep their traceback."""

    def __init__(
        self,
        *,
        join: "Callable[[], Container]",
        make_app: "Callable[[], Flask]",
        **settings: Any,
    ) -> None:
        super().__init__(**settings)
        self._join = join
        self._make_app = make_app
        self._whole = False

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name; the processes are looked for only when it is none of the others."""
        if cmd_name not in self.commands:
            self._complete()
        return super().get_command(ctx, cmd_name)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names."""
        self._complete()
        return super().list_commands(ctx)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was named."""
        ctx.obj = Installation(self._join)
        ctx.call_on_close(ctx.obj.close)
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            click.echo("Interrupted.", err=True)
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            from .failures import explain_failure

            code = explain_failure(error, ctx.obj.name)
            if code is None:
                raise
            ctx.exit(code)

    def _complete(self) -> None:
        if not self._whole:
            from .programs.processes import add_process_commands

            add_process_commands(self, self._join, self._make_app)
            self._whole = True


def with_plugin(
    command: "Callable[Concatenate[Container, P], None]",
) -> Callable[P, None]:
    """Give a command the plugin, ready for work, as its first argument."""

    @wraps(command)
    @click.pass_obj
    def run(installation: Installation, /, *args: P.args, **kwargs: P.kwargs) -> None:
        command(installation.ready(), *args, **kwargs)

    return run
