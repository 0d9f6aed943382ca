"""What probes are told, and what people read when something is not there."""

import socket
from pathlib import Path

from sqlalchemy import text

from .filled import PREFIX, Filled, document

PAGE = f"{PREFIX}/"
READY = f"{PREFIX}/readyz"


def _not_ready(filled: Filled) -> dict[str, str]:
    answer = filled.client().get(READY)
    parts = answer.get_json()["parts"]
    problems = {name: part["message"] for name, part in parts.items() if not part["ready"]}
    assert all(problems.values())
    assert answer.status_code == (503 if problems else 200)
    assert answer.get_json()["ready"] is not problems
    return problems


def test_alive_without_anything(home: Path) -> None:
    """The process is alive whatever else is not there, and asks for no login."""
    filled = Filled(home, DATABASE_URL="sqlite:////nowhere/at/all.db")
    answer = filled.client().get(f"{PREFIX}/healthz")
    assert (answer.status_code, answer.get_json()) == (200, {"status": "alive"})
    filled.close()


def test_ready_with_the_embedded_database(filled: Filled) -> None:
    """A first start makes its tables by itself and is ready."""
    assert _not_ready(filled) == {}


def test_database_that_is_away(home: Path) -> None:
    """Without its database a probe and a person each get one sentence, and no traceback."""
    filled = Filled(home, DATABASE_URL="sqlite:////nowhere/at/all.db")
    assert _not_ready(filled) == {"database": "The database can't be reached: it does not answer."}
    answer = filled.logged_in().get(PAGE)
    assert answer.status_code == 503
    assert "The database can&#39;t be reached" in answer.text
    assert "nowhere" not in answer.text
    filled.close()


def test_database_that_goes_away(filled: Filled) -> None:
    """A database that fails after the start gives the same page, without its statements."""
    filled.connect()
    client = filled.logged_in()
    assert client.get(PAGE).status_code == 200
    with filled.plugin.database.transaction() as transaction:
        transaction.execute(text("ALTER TABLE mintsoft_xero_connection RENAME TO elsewhere"))
    answer = client.get(PAGE)
    assert answer.status_code == 503
    assert "The database can&#39;t be reached" in answer.text
    assert "SELECT" not in answer.text


def test_tables_of_another_version(home: Path) -> None:
    """A database of one's own that was not upgraded is not ready, and the page says what to do."""
    filled = Filled(home, DATABASE_URL=f"sqlite:///{home / 'own.db'}")
    assert "not those of this version" in _not_ready(filled)["database"]
    answer = filled.logged_in().get(PAGE)
    assert answer.status_code == 503
    assert "mintsoft-xero db upgrade" in answer.text
    filled.plugin.database.upgrade()
    assert _not_ready(filled) == {}
    assert filled.logged_in().get(PAGE).status_code == 200
    filled.close()


def test_broker_that_does_not_answer(home: Path) -> None:
    """A broker that is configured and away is named, but not where it is."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    filled = Filled(home, REDIS_URL=f"redis://:secret@127.0.0.1:{port}/0")
    problems = _not_ready(filled)
    assert list(problems) == ["broker"]
    assert "secret" not in problems["broker"]
    filled.close()


def test_broker_that_hangs(home: Path) -> None:
    """A broker that takes a call and never answers is not ready after a short time."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        filled = Filled(home, REDIS_URL=f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        assert list(_not_ready(filled)) == ["broker"]
        filled.close()


def test_damaged_rule_file(home: Path) -> None:
    """A damaged rule file is not ready, says its line, and leaves the orders to be seen."""
    (home / "rules").mkdir()
    (home / "rules" / "orders.yaml").write_text("book: [", encoding="utf-8")
    filled = Filled(home)
    filled.put(filled.connect(), document("1"))
    problems = _not_ready(filled)
    assert list(problems) == ["rules"]
    assert "in line 1" in problems["rules"]
    assert str(home) not in problems["rules"]
    assert "WEB-1" in filled.logged_in().get(PAGE).text
    filled.close()


def _said_of_rules(filled: Filled) -> str:
    """What a probe reads of rules that are ready."""
    part = filled.client().get(READY).get_json()["parts"]["rules"]
    assert part["ready"]
    said: str = part["message"]
    return said


def test_rule_file_that_is_not_active(filled: Filled) -> None:
    """An edited file, right or wrong, leaves the plugin ready, and a probe says what to do."""
    assert _said_of_rules(filled) == ""
    file = filled.home / "rules" / "orders.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}# edited\n", encoding="utf-8")
    differs = "orders.yaml differs from the active book: run mintsoft-xero rules activate."
    assert _said_of_rules(filled) == differs
    file.write_text("book: [", encoding="utf-8")
    assert "has a fault, the first in line 1; the active book stays" in _said_of_rules(filled)
    file.write_text(text, encoding="utf-8")
    assert _said_of_rules(filled) == ""


def test_page_that_is_not_there(filled: Filled) -> None:
    """An address below the prefix that leads nowhere gets our own words."""
    answer = filled.client().get(f"{PREFIX}/nowhere")
    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


def test_bug_shows_no_traceback(filled: Filled) -> None:
    """An error of ours gives a plain page; its text stays in the log."""
    filled.app.testing = False
    filled.app.config["PROPAGATE_EXCEPTIONS"] = False
    client = filled.logged_in()
    filled.connect()
    with filled.plugin.database.transaction() as transaction:
        transaction.execute(text("UPDATE mintsoft_xero_connection SET settings = '{\"a\": 1}'"))
    answer = client.get(PAGE)
    assert (answer.status_code, "an error of ours" in answer.text) == (500, True)
    assert "Traceback" not in answer.text


def test_consent_that_nobody_asked_for(filled: Filled) -> None:
    """An answer with an unknown state, without one, or with an error gets a friendly page."""
    filled.connect()
    for asked in ({"state": "x", "code": "y"}, {}, {"error": "access_denied", "state": "x"}):
        answer = filled.client().get(f"{PREFIX}/connect/xero", query_string=asked)
        assert answer.status_code == 400
        assert "connection connect NAME" in answer.text
        assert "access_denied" not in answer.text
