"""Several organisations, their limits, and what an organisation says of itself."""

from pathlib import Path
from typing import Any

import pytest

from .....plugin.sandbox.store import Store
from .conftest import Time, Xero, an_invoice
from .test_identity import Browser


@pytest.fixture
def browser(time: Time) -> Browser:
    return Browser(time)


def added(http: Any, country: str, name: str) -> str:
    answer = http.post("/_sandbox/organisations", json={"country": country, "name": name})
    assert answer.status_code == 200, answer.text
    return str(answer.json["tenantId"])


def connected(browser: Browser) -> tuple[str, dict[str, str]]:
    """A token for all organisations, and their ids by name."""
    organisations = browser.http.get("/_sandbox/organisations").json["organisations"]
    code = browser.consent(*(each["tenantId"] for each in organisations))["code"]
    token = browser.exchange(code).json["access_token"]
    rows = browser.get("/connections", token).json
    return token, {row["tenantName"]: row["tenantId"] for row in rows}


def put(browser: Browser, token: str, tenant: str, **headers: str) -> Any:
    body = an_invoice(InvoiceNumber="A", LineItems=[{"Description": "x"}], Status="DRAFT")
    headers = {"Authorization": f"Bearer {token}", "Xero-Tenant-Id": tenant} | headers
    path = "/api.xro/2.0/Invoices"
    return browser.http.put(path, json=body, headers=headers | {"Accept": "application/json"})


def test_each_has_its_own_documents(browser: Browser) -> None:
    """The same number goes into both; accounts, tax and the idempotency key are apart."""
    added(browser.http, "AU", "Down Under Pty")
    token, ids = connected(browser)
    first, second = ids["Sandbox Trading Ltd"], ids["Down Under Pty"]
    for tenant in (first, second):
        assert put(browser, token, tenant, **{"Idempotency-Key": "k"}).status_code == 200
        listed = browser.get("/api.xro/2.0/Invoices", token, tenant).json["Invoices"]
        assert len(listed) == 1
    organisation = browser.get("/api.xro/2.0/Organisation", token, second).json["Organisations"][0]
    assert (organisation["CountryCode"], organisation["OrganisationID"]) == ("AU", second)
    accounts = [
        browser.get("/api.xro/2.0/Accounts", token, tenant).json["Accounts"]
        for tenant in (first, second)
    ]
    assert accounts[0][0]["Code"] == accounts[1][0]["Code"]
    assert accounts[0][0]["AccountID"] != accounts[1][0]["AccountID"]


def test_a_person_chooses(browser: Browser) -> None:
    """Only the organisation that was ticked is connected; none ticked goes nowhere."""
    second = added(browser.http, "NZ", "Kiwi Ltd")
    page = browser.http.get(**browser.ask()).text
    assert page.count('type="checkbox"') == 2
    assert browser.http.post(**browser.ask()).status_code == 400
    token = browser.exchange(browser.consent(second)["code"]).json["access_token"]
    (row,) = browser.get("/connections", token).json
    assert row["tenantId"] == second
    again = browser.consent(browser.first_id())
    rows = browser.get("/connections", token).json
    assert len(rows) == 2
    event = browser.exchange(again["code"]).json["access_token"]
    newest = next(row for row in rows if row["tenantId"] != second)["authEventId"]
    filtered = browser.get(f"/connections?authEventId={newest}", event).json
    assert [each["tenantId"] for each in filtered] == [browser.first_id()]


def test_disconnect_ends_one(browser: Browser) -> None:
    """DELETE /connections/{id} ends that connection; the other still answers."""
    second = added(browser.http, "ZA", "Rand Ltd")
    token, ids = connected(browser)
    rows = browser.get("/connections", token).json
    gone = next(row["id"] for row in rows if row["tenantId"] == second)
    headers = {"Authorization": f"Bearer {token}"}
    assert browser.http.delete(f"/connections/{gone}", headers=headers).status_code == 204
    path = "/api.xro/2.0/Organisation"
    assert browser.get(path, token, second).status_code == 403
    assert browser.get(path, token, ids["Sandbox Trading Ltd"]).status_code == 200


def test_organisations_survive_a_restart(tmp_path: Path, time: Time) -> None:
    """A file keeps an added organisation and its documents; a reset forgets it."""
    store = Store(tmp_path / "xero.db")
    browser = Browser(time, store)
    second = added(browser.http, "AU", "Down Under Pty")
    token, _ids = connected(browser)
    put(browser, token, second)
    store.close()
    store = Store(tmp_path / "xero.db")
    browser = Browser(time, store)
    query = f"?organisation={second}"
    assert len(browser.http.get(f"/_sandbox/invoices{query}").json["invoices"]) == 1
    browser.http.post("/_sandbox/reset", json={})
    assert browser.http.get(f"/_sandbox/invoices{query}").status_code == 400
    assert not any(store.table(kind) for kind in store.kinds() if kind.startswith(second))
    store.close()


def test_after_a_reset_the_organisation_is_another_one(tmp_path: Path, time: Time) -> None:
    """Who was connected before a reset finds another tenant id, also after a restart."""
    before = Xero(Store(tmp_path / "xero.db"), time)

    def organisation(http: Any) -> Any:
        (row,) = http.get("/_sandbox/organisations").json["organisations"]
        return row["tenantId"]

    first, account = organisation(before.http), before.call("GET", "Accounts").json["Accounts"][0]
    before.control("reset", {})
    second = organisation(before.http)
    assert second != first
    assert before.call("GET", "Accounts", Xero_Tenant_Id=first).status_code == 401
    before.renew()
    assert before.call("GET", "Accounts", Xero_Tenant_Id=first).status_code == 403
    assert before.call("GET", "Accounts").json["Accounts"][0]["AccountID"] != account["AccountID"]
    before.store.close()
    again = Xero(Store(tmp_path / "xero.db"), time)
    assert organisation(again.http) == second
    assert again.call("GET", "Accounts", Xero_Tenant_Id=second).status_code == 200


def test_people_have_organisations_of_their_own(browser: Browser) -> None:
    """A token opens all that its person has allowed, and nothing that another person has."""
    first, other = browser.first_id(), added(browser.http, "GB", "Other Ltd")
    third = added(browser.http, "GB", "Third Ltd")
    for name, ids in (("ann", [first, third]), ("bob", [other])):
        told = browser.http.post("/_sandbox/people", json={"name": name, "organisations": ids})
        assert told.status_code == 200
    assert "Other Ltd" not in browser.http.get(**browser.ask(person="ann")).text
    assert browser.http.post(**browser.ask(person="ann"), data={"tenant": other}).status_code == 400

    def opened(token: str) -> set[str]:
        return {row["tenantId"] for row in browser.get("/connections", token).json}

    ann = browser.exchange(browser.consent(first, person="ann")["code"]).json
    bob = browser.exchange(browser.consent(person="bob")["code"]).json
    assert (opened(ann["access_token"]), opened(bob["access_token"])) == ({first}, {other})
    assert put(browser, bob["access_token"], first).status_code == 403
    browser.consent(third, person="ann")
    ann = browser.refresh(ann["refresh_token"]).json
    assert opened(ann["access_token"]) == {first, third}
    form = {"token": ann["refresh_token"]}
    browser.http.post("/connect/revocation", data=form, auth=("sandbox", "sandbox"))
    assert browser.get("/connections", ann["access_token"]).status_code == 401
    assert opened(bob["access_token"]) == {other}


def test_a_practice_is_no_organisation(xero: Xero) -> None:
    """With the switch on, /connections lists a practice; a call to it is 403."""
    xero.control("settings", {"practice": True})
    rows = xero.http.get("/connections", headers=xero.headers).json
    assert [row["tenantType"] for row in rows] == ["ORGANISATION", "PRACTICE"]
    assert xero.call("GET", "Users", Xero_Tenant_Id=rows[1]["tenantId"]).status_code == 403


def test_limits_are_each_organisations_own(time: Time) -> None:
    """One organisation's minute says nothing of another's; the app's minute counts both."""
    browser = Browser(time, limits=True)
    added(browser.http, "AU", "Down Under Pty")
    token, ids = connected(browser)
    first, second = ids["Sandbox Trading Ltd"], ids["Down Under Pty"]
    browser.http.post("/_sandbox/limits", json={"minute": 2, "app_minute": 3, "tier": "starter"})
    path = "/api.xro/2.0/Users"
    for tenant, left, app_left in ((first, 1, 2), (first, 0, 1), (second, 1, 0)):
        answer = browser.get(path, token, tenant)
        assert answer.status_code == 200
        assert answer.headers["X-MinLimit-Remaining"] == str(left)
        assert answer.headers["X-AppMinLimit-Remaining"] == str(app_left)
        assert int(answer.headers["X-DayLimit-Remaining"]) < 1000
    problems = [browser.get(path, token, tenant).headers for tenant in (first, second)]
    assert [each["X-Rate-Limit-Problem"] for each in problems] == ["minute", "appminute"]
    assert "X-MinLimit-Remaining" not in browser.get("/connections", token).headers


def test_what_an_organisation_says(xero: Xero) -> None:
    """Both names of Organisation, its people and themes answer; HEAD is GET without a body."""
    for path, plural in (
        ("Organisation", "Organisations"),
        ("Organisations", "Organisations"),
        ("Organisations/Actions", "Actions"),
        ("Users", "Users"),
        ("BrandingThemes", "BrandingThemes"),
    ):
        assert xero.call("GET", path).json[plural]
    organisation = xero.call("GET", "Organisation").json["Organisations"][0]["OrganisationID"]
    assert xero.call("GET", f"Organisation/{organisation}/CISSettings").json["CISSettings"]
    user = xero.call("GET", "Users?where=IsSubscriber==true").json["Users"][0]
    assert xero.call("GET", f"Users/{user['UserID']}").json["Users"] == [user]
    head = xero.call("HEAD", "Users")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["X-MinLimit-Remaining"]
    assert xero.call("PATCH", "Users", {}).status_code == 501


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("organisations", {"country": "FR", "name": "x"}),
        ("organisations", {"name": " "}),
        ("people", {"name": "ann", "organisations": ["nobody's"]}),
        ("people", {"organisations": []}),
        ("limits", {"minute": "many"}),
        ("limits", {"minute": True}),
        ("limits", {"tier": "gold"}),
        ("limits", {"hour": 1}),
        ("settings", {"practice": 1}),
        ("organisation", {"RefusedActions": ["Fly"]}),
        ("organisation", {"Addresses": "none"}),
        ("organisation?organisation=nobody", {"Name": "x"}),
        ("edit", {"invoice": "A", "set": {"Date": "soon"}}),
        ("edit", {"account": "200", "set": {"Status": "GONE"}}),
        ("edit", {"account": "200", "set": {"Name": 5}}),
        ("edit", []),
    ],
)
def test_the_control_explains_nonsense(xero: Xero, path: str, body: Any) -> None:
    """Wrong input to the control is a 400 with one sentence, and changes nothing."""
    xero.put(an_invoice(InvoiceNumber="A"))
    answer = xero.http.post(f"/_sandbox/{path}", json=body)
    assert (answer.status_code, set(answer.json)) == (400, {"error"})
