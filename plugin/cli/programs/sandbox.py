"""The command `sandbox`: both simulators as HTTP servers in this process."""

import contextlib
import os
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ...processes.ports import free_port, require_port
from ...sandbox.day.make import FEWEST_ORDERS, SHOP_MONEY_FROM
from ..output import note, say
from .stack import opening, require_extra, show_addresses

if TYPE_CHECKING:  # the servers are an extra
    from flask import Flask

    from ...sandbox.serve import Beginning
    from ...sandbox.trouble import Trouble

MINTSOFT_PORT = 8091
XERO_PORT = 8092
#: The environment variable whose value comes with every answer.
MARK = "MINTSOFT_XERO_SANDBOX_MARK"
MINTSOFT_LOGIN = "user sandbox, password sandbox"
XERO_LOGIN = "custom connection custom:custom, app with consent sandbox:sandbox"

orders_option = click.option(
    "--orders",
    type=click.IntRange(FEWEST_ORDERS),
    default=300,
    show_default=True,
    help="How many orders the day has, hard cases included.",
)
seed_option = click.option(
    "--seed", type=int, default=1, show_default=True, help="Another one makes other baskets."
)
shop_money_option = click.option(
    "--shop-money/--plain-money",
    default=True,
    help=f"In a day of {SHOP_MONEY_FROM} orders or more: with vouchers, gift cards, VAT from"
    " pennies, long prices and the like, as shops have them (the default), or without.",
)


@dataclass(frozen=True, kw_only=True)
class _Manner:
    """How the simulators behave."""

    #: The folder of their state; None: in memory.
    state: Path | None
    trouble: "tuple[Trouble, ...]"
    #: Whether Xero refuses calls above its limits.
    limits: bool
    #: Whether Xero gives consent without asking.
    auto_consent: bool


def _read_spec(_: click.Context, __: click.Parameter, text: str) -> "tuple[Trouble, ...]":
    require_extra("waitress")
    from ...sandbox.trouble import read_trouble

    try:
        return tuple(read_trouble(text))
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def sandbox_command() -> click.Command:
    """The command."""

    @click.command("sandbox")
    @click.option("--mintsoft-port", type=int, help=f"{MINTSOFT_PORT}, or a free one.")
    @click.option("--xero-port", type=int, help=f"{XERO_PORT}, or a free one.")
    @orders_option
    @seed_option
    @shop_money_option
    @click.option(
        "--faults",
        "trouble",
        metavar="SPEC",
        callback=_read_spec,
        default="none",
        help="none, light, storm, or side.kind=N,...: a number of calls (xero.drop_after=2), or"
        " with a point a part of all calls (mintsoft.error=0.1).",
    )
    @click.option("--limits", type=click.Choice(["real", "off"]), default="real", help="Of Xero.")
    @click.option("--auto-consent", is_flag=True, help="Xero gives consent without a page.")
    @click.option(
        "--state",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep everything in this folder; without it all is forgotten at the end.",
    )
    @click.option("--only", type=click.Choice(["mintsoft", "xero"]), hidden=True)
    def sandbox(
        *,
        mintsoft_port: int | None,
        xero_port: int | None,
        orders: int,
        seed: int,
        shop_money: bool,
        trouble: "tuple[Trouble, ...]",
        limits: str,
        auto_consent: bool,
        state: Path | None,
        only: str | None,
    ) -> None:
        """Simulate Mintsoft and Xero on this machine, until Ctrl-C."""
        from ...sandbox.serve import serve

        beginning = start_of(state, orders=orders, seed=seed, shop_money=shop_money)
        manner = _Manner(
            state=state, trouble=trouble, limits=limits == "real", auto_consent=auto_consent
        )
        given = {"mintsoft": mintsoft_port, "xero": xero_port}
        sides = [only] if only else ["mintsoft", "xero"]
        apps = {side: _app(side, beginning, manner) for side in sides}
        # Last, and opened at once: what is free now may be somebody else's in a moment.
        ports = {side: choose_port(side, given[side]) for side in sides}
        with contextlib.ExitStack() as opened:
            for side, port in ports.items():
                opened.enter_context(opening(port, *_named(side)))
            by_port = {ports[side]: app for side, app in apps.items()}
            mark, said = os.environ.get(MARK, ""), lambda: _announce(ports, beginning)
            serve(by_port, mark=mark, announce=said)

    return sandbox


def start_of(state: Path | None, *, orders: int, seed: int, shop_money: bool = True) -> "Beginning":
    """What the day is: a kept one stays, and that is said when another was asked for."""
    from ...sandbox.serve import Beginning, begin

    today = datetime.now(UTC).date().isoformat()
    wished = Beginning(orders=orders, seed=seed, today=today, shop_money=shop_money)
    beginning = begin(state, wished)
    if replace(beginning, today=today) != wished:
        kept = f"The {beginning.orders} orders (seed {beginning.seed}) that {state} holds are used"
        note(f"{kept}; for others, choose another folder.")
    return beginning


def choose_port(side: str, given: int | None) -> int:
    """The port of a sandbox: the given one, else the usual one, else a free one.

    Raises:
        PortInUse: the given one is in use.
    """
    usual = MINTSOFT_PORT if side == "mintsoft" else XERO_PORT
    return port_or_free(given, usual, *_named(side))


def _named(side: str) -> tuple[str, str]:
    """What people read of a sandbox's port, and the option that chooses it."""
    return f"the {side.capitalize()} sandbox", f"--{side}-port"


def port_or_free(given: int | None, usual: int, name: str, option: str) -> int:
    """The given port, else the usual one, else a free one, which is said.

    Raises:
        PortInUse: the given one is in use.
    """
    if given is not None:
        require_port(given, name, option)
        return given
    port = free_port(usual)
    if port != usual:
        note(f"Port {usual} is in use: {name} gets {port}.")
    return port


def _app(side: str, beginning: "Beginning", manner: _Manner) -> "Flask":
    from ...sandbox.serve import mintsoft_app, xero_app

    if side == "mintsoft":
        return mintsoft_app(beginning, manner.state, manner.trouble)
    return xero_app(
        beginning,
        manner.state,
        manner.trouble,
        limits=manner.limits,
        auto_consent=manner.auto_consent,
    )


def sandbox_addresses(ports: dict[str, int]) -> dict[str, tuple[str, str]]:
    """Where the sandboxes are, and who may log in."""
    logins = {"mintsoft": MINTSOFT_LOGIN, "xero": XERO_LOGIN}
    return {
        f"{side.capitalize()} sandbox": (f"http://127.0.0.1:{port}", logins[side])
        for side, port in ports.items()
    }


def _announce(ports: dict[str, int], beginning: "Beginning") -> None:
    show_addresses(sandbox_addresses(ports))
    say(f"{beginning.orders} orders (seed {beginning.seed}). To use the sandboxes:")
    names = {"mintsoft": ("MINTSOFT",), "xero": ("XERO", "XERO_IDENTITY", "XERO_LOGIN")}
    for side, port in ports.items():
        for name in names[side]:
            say(f"  export MINTSOFT_XERO_{name}_URL=http://127.0.0.1:{port}")
    say("Ctrl-C ends them.")
