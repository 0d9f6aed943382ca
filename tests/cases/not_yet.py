"""Cases that do not hold yet, each with what is missing.

The key is a case's name, or its name and a value of `line_detail` where it fails in that alone:
``voucher-line`` or ``voucher-line[summary]``. A case that holds and is listed here is an error.
"""

NOT_YET: dict[str, str] = {
    # What becomes of an order after its export.
    "cancelled-after-despatch": "nobody is told that an exported order was cancelled",
    "split-after-export": "goods that were split off are billed twice",
    "merged-after-one-was-exported": "goods that were merged are billed twice",
    # Documents that come to 0.00.
    "gift-card-line-pays-for-all": "a total of 0.00 is taken for nothing to invoice",
    "untaxed-discount-pays-for-all": "a total of 0.00 is taken for nothing to invoice",
    "gift-card-and-a-small-adjustment": "a total of 0.00 is taken for nothing to invoice",
    "gift-card-sold-and-used-in-one-order": "a total of 0.00 is taken for nothing to invoice",
    # Signs.
    "voucher-line": "a negative price is taken for a discount that is too large",
    "taxed-voucher-before-the-goods": "a negative price is taken for a discount that is too large",
    "voucher-larger-than-the-order": "the refusal does not say that it is a credit",
    "gift-card-above-net-below-gross": "a discount without tax is held against the net",
    "surcharge-as-negative-discount": "a negative discount is always taken off",
    # Rates that were computed from pennies.
    "rate-missing": "the quotient of tax and price is taken for the rate",
    "rate-missing-on-a-round-price": "the quotient of tax and price is taken for the rate",
    "rate-is-a-quotient": "the quotient of tax and price is taken for the rate",
    "rate-has-a-tail": "a rate is looked up with all its digits",
    "quotients-of-an-unmapped-rate": "each quotient is a cause of its own",
    "local-sales-taxes": "each rate is a cause of its own",
    "export-with-the-rate-of-the-product": "a product's rate counts although no tax was paid",
    # Rates of countries.
    "small-shipping-tax-at-home": "the rate of shipping is sought among those of all countries",
    "cut-off-shipping-tax-at-home": "the rate of shipping is sought among those of all countries",
    "shipping-tax-cut-off-by-a-penny": "the rate of shipping is sought among all countries' rates",
    "rate-of-all-not-for-a-country-with-its-own": "a bare rate serves every country",
    # Charges over baskets of several rates.
    "shipping-tax-in-proportion": "shipping has one rate alone",
    "shipping-tax-of-half-a-basket": "shipping has one rate alone",
    "excess-stays-at-its-own-rate": "what is too much is spread over lines of all rates",
    # What rounding may come to.
    "tax-rounded-on-each-of-fourteen-units": "pennies may be five, whatever the number of units",
    "thirty-lines-tax-rounded-once[lines]": "pennies may be five, whatever the number of lines",
    "thirty-lines-tax-rounded-on-each": "rule and builder compute another total",
    "one-line-four-pennies-apart": "pennies may be five, even where nothing was rounded",
    # Prices of more than four decimals.
    "ten-thousand-units-at-six-decimals": "prices are cut to four decimals",
    "five-thousand-units-of-a-repeating-price": "prices are cut to four decimals",
    "thousand-units-whose-tax-must-not-grow": "prices are cut to four decimals",
}


def missing(name: str, line_detail: str) -> str:
    """What is missing for a case; empty where it has to hold."""
    return NOT_YET.get(name) or NOT_YET.get(f"{name}[{line_detail}]", "")
