"""Which kinds of orders a day has: one function each, whose docstring says what becomes of them.

The judgement is for a connection with the default settings and rules, between Mintsoft and a
British organisation with its own tax rates: it exports what is DESPATCHED or INVOICED.
"""

from . import (
    cases_credits,
    cases_numbers,
    cases_ordinary,
    cases_prices,
    cases_sums,
    cases_tax,
)
from .cases_ordinary import cancelled, despatched, in_progress, invoiced
from .entry import Case

#: The ordinary orders in their proportion: of twenty, fourteen are ready to be exported.
PLAIN: tuple[Case, ...] = (
    *(despatched, invoiced, in_progress, despatched, in_progress, despatched, invoiced),
    *(in_progress, cancelled, despatched, invoiced, in_progress, despatched, in_progress),
    *(despatched, despatched, invoiced, despatched, invoiced, despatched),
)

#: Each of these is in every day at least once.
HARD: tuple[Case, ...] = (
    cases_ordinary.invoice_failed,
    cases_ordinary.unsubscribed_currency,
    cases_sums.discount_above_line,
    cases_sums.discount_above_order,
    cases_numbers.already_in_xero,
    cases_numbers.duplicate,
    cases_numbers.same_number_at_two_clients,
    cases_numbers.split,
    cases_sums.totals_do_not_add_up,
    cases_sums.a_penny_off,
    cases_sums.pennies_off,
    cases_sums.zero_value,
    cases_numbers.merged,
    cases_numbers.made_from_a_xero_invoice,
    cases_ordinary.no_country_no_channel,
    cases_ordinary.personal_data_removed,
    cases_ordinary.unicode_everywhere,
    cases_sums.order_discount_over_mixed_vat,
)

#: Money as shops really write it: each is in a day of some size, unless the day goes without.
SHOP_MONEY: tuple[Case, ...] = (
    cases_credits.voucher_line,
    cases_credits.exchange,
    cases_credits.more_returned_than_bought,
    cases_credits.gift_card_pays_for_all,
    cases_credits.gift_card_above_net,
    cases_credits.surcharge_as_negative_discount,
    cases_credits.discount_with_a_minus,
    cases_tax.rates_from_pennies,
    cases_tax.tax_of_each_unit,
    cases_tax.shipping_tax_in_proportion,
    cases_tax.no_tax_abroad,
    cases_tax.foreign_tax,
    cases_prices.long_prices,
)

#: Once in a large day.
LARGE: tuple[Case, ...] = (cases_prices.many_lines,)
