"""What the sandbox does with tracking categories and their options (xero.md 10)."""

from typing import Any

import pytest

from .conftest import Xero, a_line, an_invoice


def _category(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    (category,) = answer.json["TrackingCategories"]
    return category


def _messages(answer: Any) -> list[str]:
    assert (answer.status_code, answer.json["ErrorNumber"]) == (400, 10)
    (element,) = answer.json["Elements"]
    return [error["Message"] for error in element["ValidationErrors"]]


def _path(category: Any) -> str:
    return f"TrackingCategories/{category['TrackingCategoryID']}"


def _line(category: str, option: str) -> dict[str, Any]:
    return a_line(Tracking=[{"Name": category, "Option": option}])


def test_new_options_can_be_used_on_lines(xero: Xero) -> None:
    """A category and its options are made by separate calls; a line names them in any case."""
    path = _path(_category(xero.call("PUT", "TrackingCategories", {"Name": "Region"})))
    answer = xero.call(
        "PUT", f"{path}/Options", {"Options": [{"Name": "North"}, {"Name": "South"}]}
    )
    assert [each["IsActive"] for each in answer.json["Options"]] == [True, True]
    (invoice,) = xero.put(an_invoice(LineItems=[_line("region", "north")]))
    tracking = invoice["LineItems"][0]["Tracking"][0]
    assert (tracking["Name"], tracking["Option"]) == ("Region", "North")
    assert xero.errors(LineItems=[_line("Region", "East")])


def test_two_are_active_and_four_in_all(xero: Xero) -> None:
    """A third active category is refused, and a fifth however it is."""
    full = (
        "An organisation can have at most 2 active tracking categories,"
        " and 4 with the archived ones."
    )
    made = []
    for name in ("A", "B", "C"):
        made.append(_category(xero.call("PUT", "TrackingCategories", {"Name": name})))
        assert _messages(xero.call("PUT", "TrackingCategories", {"Name": "Z"})) == [full]
        xero.call("POST", _path(made[-1]), {"Status": "ARCHIVED"})
    assert _messages(xero.call("PUT", "TrackingCategories", {"Name": "Z"})) == [full]
    active = xero.call("GET", "TrackingCategories").json["TrackingCategories"]
    assert [each["Name"] for each in active] == ["Channel"]
    every = xero.call("GET", "TrackingCategories?includeArchived=true").json["TrackingCategories"]
    assert len(every) == 4
    assert _category(xero.call("POST", _path(made[0]), {"Status": "ACTIVE"}))["Name"] == "A"
    assert _messages(xero.call("POST", _path(made[1]), {"Status": "ACTIVE"})) == [full]


@pytest.mark.parametrize("name", ["", " North", "x" * 101, "SHOP"])
def test_names_are_short_and_their_own(xero: Xero, name: str) -> None:
    """Names have 1 to 100 characters, no spaces around them, and are unique in any case."""
    (channel,) = xero.call("GET", "TrackingCategories").json["TrackingCategories"]
    (message,) = _messages(xero.call("PUT", f"{_path(channel)}/Options", {"Name": name}))
    assert message.startswith(f"The name '{name}' must be unique")
    category = "CHANNEL" if name == "SHOP" else name
    assert _messages(xero.call("PUT", "TrackingCategories", {"Name": category}))


def test_archived_options_are_refused_on_lines(xero: Xero) -> None:
    """An option that isn't active, or whose category isn't, can't be put on a line."""
    (channel,) = xero.call("GET", "TrackingCategories").json["TrackingCategories"]
    option = f"{_path(channel)}/Options/{channel['Options'][0]['TrackingOptionID']}"
    answer = xero.call("POST", option, {"Name": "Web", "Status": "ARCHIVED"})
    assert (answer.json["Options"][0]["Name"], answer.json["Options"][0]["IsArchived"]) == (
        "Web", True,
    )  # fmt: skip
    assert xero.errors(LineItems=[_line("Channel", "Web")])
    assert xero.errors(LineItems=[_line("Channel", "Shop")]) == []
    xero.call("POST", _path(channel), {"Status": "ARCHIVED"})
    assert xero.errors(LineItems=[_line("Channel", "Shop")])


def test_what_documents_use_cannot_be_deleted(xero: Xero) -> None:
    """An unused option or category is deleted and answered so; a used one is refused."""
    (channel,) = xero.call("GET", "TrackingCategories").json["TrackingCategories"]
    online, shop = (each["TrackingOptionID"] for each in channel["Options"][:2])
    xero.put(an_invoice(LineItems=[_line("Channel", "Shop")]))
    answer = xero.call("DELETE", f"{_path(channel)}/Options/{online}")
    assert answer.json["Options"][0]["Status"] == "DELETED"
    assert _messages(xero.call("DELETE", f"{_path(channel)}/Options/{shop}"))
    assert _messages(xero.call("DELETE", _path(channel)))
    unused = _category(xero.call("PUT", "TrackingCategories", {"Name": "Region"}))
    assert _category(xero.call("DELETE", _path(unused)))["Status"] == "DELETED"
    assert xero.call("GET", _path(unused)).status_code == 404
    left = _category(xero.call("GET", _path(channel)))["Options"]
    assert [each["Name"] for each in left] == ["Shop", "Wholesale"]


def test_what_is_not_there_is_404(xero: Xero) -> None:
    """A category or option that doesn't exist is not found, by any method."""
    (channel,) = xero.call("GET", "TrackingCategories").json["TrackingCategories"]
    nobody = channel["TrackingCategoryID"]
    for method, path in (
        ("GET", "TrackingCategories/x"),
        ("PUT", "TrackingCategories/x/Options"),
        ("DELETE", f"{_path(channel)}/Options/{nobody}"),
    ):
        assert xero.call(method, path, {"Name": "A"}).status_code == 404
