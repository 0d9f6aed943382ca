"""Cases of our own checks."""

from ..books import add_tax_rate
from ..identity.warehouse import UNIT
from .case import case_of
from .stage import Stage

ROW = {**UNIT, "Quantity": 1}
#: A rate that nothing is mapped for.
ODD = {**ROW, "Tax": 1.35, "TaxRate": 13.5}


@case_of("MX-301")
def no_account(stage: Stage) -> None:
    """An account is mapped, by the command that is printed."""
    stage.connect()
    stage.type("mapping", "unmap", stage.name, "sales_account", "default", code=0)
    stage.order()
    stage.export()
    stage.follow(stage.shown("MX-301"), ACCOUNT="200")
    stage.export()
    stage.gone()


@case_of("MX-302")
def no_tax_type_for_what_is_free_of_tax(stage: Stage) -> None:
    """A tax type is mapped, by the command that is printed."""
    stage.bill()
    stage.type("mapping", "unmap", stage.name, "tax_rate", "0", code=0)
    stage.mintsoft("record", kind="client", id=3, set={"VatExempt": True})
    stage.export()
    stage.follow(stage.shown("MX-302"), TAXTYPE="ZERORATEDOUTPUT")
    stage.export()
    stage.gone()


@case_of("MX-303")
def no_rate_for_shipping(stage: Stage) -> None:
    """The rate is mapped, by the command that is printed."""
    stage.connect()
    tax_type = a_rate(stage, "13.5")
    stage.order(fields={"ShippingNet": 10, "ShippingTax": 1.35})
    stage.export()
    stage.follow(stage.shown("MX-303"), TAXTYPE=tax_type)
    stage.export()
    stage.gone()


@case_of("MX-304")
def an_invoice_that_comes_to_something_else(stage: Stage) -> None:
    """The pennies are accepted, by the command that is printed."""
    stage.connect(discount_repair="spread")
    free = {**ROW, "Tax": 0, "TaxRate": 0}
    stage.order(rows=[{**ROW, "DiscountNet": 14, "DiscountTax": 2.8}, free])
    stage.export()
    stage.follow(stage.shown("MX-304"), AMOUNT="1.00")
    stage.export()
    stage.gone()


@case_of("MX-310")
def one_contact_for_all(stage: Stage) -> None:
    """It is mapped, by the command that is printed."""
    stage.connect(contact_policy="fixed")
    contact = stage.walk.add_customer("All customers")
    stage.order()
    stage.export()
    stage.follow(stage.shown("MX-310"), CONTACT_ID=contact)
    stage.export()
    stage.gone()


@case_of("MX-312")
def a_rate_of_another_country(stage: Stage) -> None:
    """The rate is mapped, by the command that is printed."""
    stage.connect()
    tax_type = a_rate(stage, "13.5")
    stage.order(rows=[ODD])
    stage.export()
    stage.follow(stage.shown("MX-312"), TAXTYPE=tax_type)
    stage.export()
    stage.gone()


@case_of("MX-313")
def a_date_that_nobody_means(stage: Stage) -> None:
    """It is meant: the settings are changed, by the command that is printed."""
    stage.connect(start_date="any")
    stage.order(ordered="1917-01-12T10:00:00", despatched="1917-01-12T10:00:00")
    stage.export()
    stage.follow(stage.shown("MX-313"))
    stage.export()
    stage.gone()


@case_of("MX-333")
def a_tax_type_without_rate(stage: Stage) -> None:
    """Another is mapped, by the command that is printed."""
    stage.bill(mapped=False)
    tax_type = a_rate(stage, "13.5")
    stage.map("cost_centre", "other", f"200/{tax_type}")
    stage.walk.xero(
        "TaxRates",
        {"TaxRates": [{"Name": "Odd rate", "TaxType": tax_type, "Status": "DELETED"}]},
        method="POST",
    )
    stage.export()
    stage.follow(stage.shown("MX-333"), **{"ACCOUNT/TAXTYPE": "200/OUTPUT2"})
    stage.export()
    stage.gone()


def a_rate(stage: Stage, per_cent: str) -> str:
    """Add a tax rate in Xero; its tax type."""
    add_tax_rate(stage.walk, "Odd rate", per_cent)
    (made,) = [x for x in stage.walk.xero("TaxRates")["TaxRates"] if x["Name"] == "Odd rate"]
    return str(made["TaxType"])
