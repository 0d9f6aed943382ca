"""The pages in a real browser."""

import os
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from ...plugin.domain.exports.export import ExportState
from ...plugin.web.auth.local_users import own_password
from ..conftest import service_missing
from ..unit.web.filled import PREFIX, Filled, document, refused
from ..unit.web.serving import serving
from ..waiting import LONG

pytestmark = pytest.mark.browser

#: What Chromium is started with: no network of its own, and as root no sandbox.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def address(filled: Filled) -> Iterator[str]:
    """Serve the pages on a free port; the address that they are at."""
    with serving(filled.app) as server:
        yield f"{server}{PREFIX}/"


@pytest.fixture
def filled(home: Path) -> Iterator[Filled]:
    """A connection with a document in each of the states that people ask about."""
    filled = Filled(home)
    shop = filled.connect()
    filled.put(
        shop,
        document("1", ExportState.READY, total=Decimal("1234.50")),
        document("2", ExportState.READY, client="BOTANICA"),
    )
    filled.send(shop)
    filled.put(
        shop,
        document("3", ExportState.REFUSED, **refused("MX-202")),
        document("4", message="Its status is NEW, which is not in export_statuses."),
        document("5", ExportState.SKIPPED, message="The order is cancelled."),
        document("6", ExportState.READY, client="BOTANICA"),
    )
    yield filled
    filled.close()


@pytest.fixture
def page() -> Iterator[Any]:
    """A page of a Chromium without a window, in British English."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        service_missing("no playwright: install the extra `browser`")
    browser = shutil.which("chromium") or service_missing("no Chromium: install chromium")
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=flags)
        context = chromium.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
        context.set_default_timeout(LONG * 1000)
        yield context.new_page()
        chromium.close()


def test_log_in_see_and_filter(page: Any, address: str, filled: Filled, tmp_path: Path) -> None:
    """A person logs in, sees every order with its state, and filters; nothing is blocked."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(address)
    page.get_by_label("Password").fill(own_password(filled.home))
    page.get_by_role("button", name="Log in").click()
    rows = page.locator("tbody tr")
    rows.nth(5).wait_for()
    assert rows.count() == 6
    assert page.get_by_role("link", name="in Xero").count() == 2
    page.screenshot(path=tmp_path / "orders.png", full_page=True)
    page.get_by_label("State").select_option(label="Needs attention")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**state=refused**")
    assert rows.count() == 1
    assert "The discount is larger than the order." in rows.inner_text()
    page.get_by_role("button", name="Clear WEB-3").click()
    page.get_by_text("No orders here with these filters").wait_for()
    assert said == []
