"""Cases of what the rules refuse."""

from pathlib import Path

from ..identity.warehouse import UNIT
from .case import case_of
from .stage import Stage

RULES = Path(__file__).parents[3] / "rules" / "orders.yaml"
OWN_RULE = """
  - id: by_phone
    then: refuse
    when: {channel: Phone}
    message: "order {number} came by phone"
"""
LOCKED, OPEN = "2027-01-31", None
ROW = {**UNIT, "Quantity": 1}


@case_of("MX-200")
def a_rule_of_ours(stage: Stage) -> None:
    """The order is changed in Mintsoft, and the rule has nothing against it any more."""
    stage.connect()
    file = stage.home / "orders.yaml"
    text = RULES.read_text(encoding="utf-8")
    file.write_text(text.replace("\nexamples:", f"{OWN_RULE}\nexamples:", 1), encoding="utf-8")
    stage.type("rules", "activate", str(file), code=0)
    try:
        order = stage.order(channel=11)
        stage.export()
        stage.shown("MX-200", says="came by phone")
        stage.edit(order, ChannelId=7)
        stage.export()
        stage.gone()
    finally:
        stage.type("rules", "activate", str(RULES), code=0)


@case_of("MX-201")
def a_discount_larger_than_its_line(stage: Stage) -> None:
    """The line's discount is lowered in Mintsoft."""
    stage.connect()
    order = stage.order(rows=[{**ROW, "DiscountNet": 14, "DiscountTax": 2.8}, ROW])
    stage.export()
    stage.shown("MX-201")
    stage.amend(order, {**ROW, "DiscountNet": 4, "DiscountTax": 0.8}, ROW)
    stage.retry()
    stage.export()
    stage.gone()


@case_of("MX-202")
def a_discount_larger_than_the_order(stage: Stage) -> None:
    """The order's discount is lowered in Mintsoft."""
    stage.connect()
    order = stage.order(fields={"DiscountNet": 14, "DiscountTax": 2.8})
    stage.export()
    stage.shown("MX-202")
    stage.amend(order, DiscountNet=4, DiscountTax=0.8)
    stage.retry()
    stage.export()
    stage.gone()


@case_of("MX-203")
def a_number_that_is_taken(stage: Stage) -> None:
    """The order is given another number, by the command that is printed."""
    stage.connect()
    stage.books.hand_invoice({"number": "TAKEN-1"})
    stage.order(number="TAKEN-1")
    stage.export()
    stage.follow(stage.shown("MX-203"), ORDER="TAKEN-1")
    stage.export()
    stage.gone()


@case_of("MX-204")
def an_order_that_came_twice(stage: Stage) -> None:
    """One of the two is cancelled in Mintsoft."""
    stage.connect()
    first = stage.order("a", number="TWICE")
    stage.export()
    stage.order("b", fields={**first.row, "ID": None} | {"OrderNumber": "TWICE"}, number="TWICE")
    stage.export()
    stage.shown("MX-204", "b")
    stage.orders.status({"order": "b", "to": "CANCELLED"})
    stage.export()
    stage.gone("b", "skipped")


@case_of("MX-205")
def a_total_changed_by_hand(stage: Stage) -> None:
    """The total is corrected in Mintsoft."""
    stage.connect()
    order = stage.order()
    stage.edit(order, TotalOrderGross=24, TotalOrderNet=20, TotalOrderTax=4)
    stage.export()
    stage.shown("MX-205")
    stage.amend(order)
    stage.retry()
    stage.export()
    stage.gone()


@case_of("MX-206")
def a_currency_that_xero_does_not_have(stage: Stage) -> None:
    """The currency is added in Xero."""
    stage.connect()
    stage.order(fields={"CurrencyId": 4, "Currency": {"ID": 4, "Code": "SEK"}})
    stage.export()
    stage.shown("MX-206")
    stage.walk.add_currency("SEK")
    stage.retry()
    stage.export()
    stage.gone()


@case_of("MX-207")
def a_locked_period(stage: Stage) -> None:
    """The lock date is moved in Xero."""
    stage.connect()
    stage.xero("organisation", PeriodLockDate=LOCKED)
    stage.order()
    stage.export()
    stage.shown("MX-207")
    stage.xero("organisation", PeriodLockDate=OPEN)
    stage.retry()
    stage.export()
    stage.gone()


@case_of("MX-208")
def discounts_larger_than_all(stage: Stage) -> None:
    """The setting is changed by the command that is printed; the order's own total counts less."""
    stage.connect(discount_repair="spread")
    stage.order(fields={"DiscountNet": 14, "DiscountTax": 2.8})
    stage.export()
    stage.follow(stage.shown("MX-208"))
    stage.export()
    stage.gone()


@case_of("MX-209")
def a_rate_that_is_not_known(stage: Stage) -> None:
    """The rate of the country is added to the setting, by the command that is printed."""
    stage.connect(gross_channels="7:DE:19")
    stage.order(rows=[{**ROW, "PriceNet": 12, "Tax": 0, "TaxRate": 0}])
    stage.export()
    stage.follow(stage.shown("MX-209"), LIST="7:DE:19,7:GB:20")
    stage.export()
    stage.gone()


@case_of("MX-210")
def less_than_nothing(stage: Stage) -> None:
    """A credit note is for a person; the error is cleared."""
    stage.connect()
    stage.order(rows=[{**ROW, "PriceNet": -10, "Tax": -2}])
    stage.export()
    stage.shown("MX-210", fix="Make a credit note in Xero by hand and clear this error")
    stage.clear()
    stage.export()
    stage.gone(state="cleared")


@case_of("MX-211")
def a_client_that_is_gone(stage: Stage) -> None:
    """The client is there again, and its invoice is exported."""
    stage.bill()
    client = stage.mintsoft("record", kind="client", id=3, set={"Active": "True"})
    stage.mintsoft("record", kind="client", id=3, set=None)
    stage.export()
    stage.shown("MX-211", fix="Look at the invoice's client in Mintsoft, then retry")
    stage.mintsoft("record", kind="client", id=3, set=client)
    stage.retry()
    stage.export()
    stage.gone()


@case_of("MX-212")
def a_client_without_contact(stage: Stage) -> None:
    """A contact is added in Xero and mapped, by the command that is printed."""
    stage.bill(contact=False)
    contact = stage.walk.add_customer("Acme")
    stage.export()
    advice = stage.shown("MX-212", fix="connection map NAME contact client:ACME ID")
    stage.follow(advice, ID=contact)
    stage.export()
    stage.gone()


@case_of("MX-213")
def charges_less_than_nothing(stage: Stage) -> None:
    """A credit note is for a person; the error is cleared."""
    stage.bill(charged="-40.00")
    stage.export()
    stage.shown("MX-213")
    stage.clear()
    stage.export()
    stage.gone(state="cleared")


@case_of("MX-214")
def a_client_invoice_that_is_gone(stage: Stage) -> None:
    """It was meant: the error is cleared."""
    placed = stage.bill(contact=False)
    stage.export()
    stage.retry()
    stage.mintsoft("record", kind="invoice", id=placed.order_id, set=None)
    stage.walk.add_contacts(["Acme Homeware Ltd"])
    stage.export()
    stage.shown("MX-214")
    stage.clear()
    stage.export()
    stage.gone(state="cleared")


@case_of("MX-215")
def a_cost_centre_without_account(stage: Stage) -> None:
    """It is mapped, by the command that is printed."""
    stage.bill(mapped=False)
    stage.export()
    advice = stage.shown("MX-215", says="other")
    stage.follow(advice, CENTRE="other", **{"ACCOUNT/TAXTYPE": "200/OUTPUT2"})
    stage.export()
    stage.gone()


@case_of("MX-216")
def a_part_of_what_was_billed_whole(stage: Stage) -> None:
    """The other order's invoice is voided in Xero, and both parts are exported."""
    stage.connect()
    stage.order("a", quantity=2)
    stage.export()
    stage.orders.status({"order": "a", "to": "PICKED"})
    stage.orders.split({"order": "a", "as": "b", "units": 1})
    for letter in ("a", "b"):
        stage.orders.status({"order": letter, "to": "DESPATCHED"})
    stage.export()
    stage.shown("MX-216", "b")
    (whole,) = stage.books.living()
    stage.books.edit_invoice(whole["id"], {"Status": "VOIDED"})
    stage.retry("b")
    stage.export()
    assert stage.seen().row("b")["state"] == "exported", stage.seen().row("b")
