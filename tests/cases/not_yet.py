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
    # The same kinds with other figures.
    "return-in-the-middle": "a negative price is taken for a discount that is too large",
    "vouchers-of-two-kinds": "a negative price is taken for a discount that is too large",
    "several-units-returned": "a negative price is taken for a discount that is too large",
    "exchange-between-rates": "a total of 0.00 is taken for nothing to invoice",
    "gift-card-pays-a-mixed-basket": "a total of 0.00 is taken for nothing to invoice",
    "a-penny-below-nothing": "the refusal does not say that it is a credit",
    "surcharge-on-a-line": "a negative discount is always taken off",
    "surcharge-without-tax": "a negative discount is always taken off",
    "gift-card-over-three-rates": "a discount without tax is held against the net",
    "gift-card-for-goods-and-delivery": "a discount without tax is held against the net",
    "rates-missing-on-three-lines": "the quotient of tax and price is taken for the rate",
    "taxes-missing-beside-their-rates": "a tax that is not stated is taken for none",
    "tax-against-the-rate-of-the-product": "a product's rate counts against the tax",
    "export-with-delivery": "a product's rate counts although no tax was paid",
    "one-line-without-tax-at-home": "a product's rate counts although no tax was paid",
    "tax-on-each-of-thirty-six-units": "pennies may be five, whatever the number of units",
    "tax-on-each-of-a-gross": "pennies may be five, whatever the number of units",
    "two-lines-two-pennies-apart": "pennies may be five, even where nothing was rounded",
    "six-hundred-lines-rounded-each[summary]": "pennies may be five, whatever the number of lines",
    "six-hundred-lines-rounded-once[lines]": "pennies may be five, whatever the number of lines",
    "sixty-dozen-at-a-twelfth": "prices are cut to four decimals",
    "five-decimals": "prices are cut to four decimals",
    "delivery-over-three-rates": "shipping has one rate alone",
    "delivery-in-odd-shares": "shipping has one rate alone",
    "irish-delivery-over-two-rates": "shipping has one rate alone, and it is another country's",
    "excess-at-the-reduced-rate": "what is too much is spread over lines of all rates",
    "german-goods-and-a-book": "the quotient of tax and price is taken for the rate",
    "french-books": "a rate is looked up with all its digits",
    "australian-tax-on-three-units": "the quotient of tax and price is taken for the rate",
    "new-zealand-with-delivery": "a rate is looked up with all its digits",
    "german-gross-of-units": "pennies may be five, whatever the number of units",
    "german-tax-cut-off": "the quotient of tax and price is taken for the rate",
    "coupon-over-irish-goods[lines]": "the split of a coupon misses its tax by a penny",
    "rate-that-only-another-country-has": "the refusal does not name the country",
    "german-rate-in-france": "the refusal does not name the country",
    "untaxed-where-rates-are-named": "a bare rate serves every country",
    "quotients-of-an-irish-rate": "each quotient is a cause of its own",
}


def missing(name: str, line_detail: str) -> str:
    """What is missing for a case; empty where it has to hold."""
    return NOT_YET.get(name) or NOT_YET.get(f"{name}[{line_detail}]", "")
