"""Drives Xero's official SDK, xero-python, through what an integration does."""

import datetime as dt
import json
import os
import time
from typing import Any

from xero_python.accounting import (
    Account,
    AccountingApi,
    Accounts,
    AccountType,
    Allocation,
    Allocations,
    Contact,
    Contacts,
    CreditNote,
    CreditNotes,
    HistoryRecord,
    HistoryRecords,
    Invoice,
    Invoices,
    Item,
    Items,
    LineItem,
    Payment,
    PaymentDelete,
    Payments,
    Purchase,
    PurchaseOrder,
    PurchaseOrders,
    Quote,
    QuoteLineAmountTypes,
    Quotes,
    QuoteStatusCodes,
    RequestEmpty,
    TaxComponent,
    TaxRate,
    TaxRates,
    TrackingCategory,
    TrackingOption,
)
from xero_python.api_client import ApiClient
from xero_python.api_client.configuration import Configuration
from xero_python.api_client.oauth2 import OAuth2Token, TokenApi
from xero_python.exceptions import (
    AccountingBadRequestException,
    HTTPStatusException,
    NotFoundException,
    RateLimitException,
)
from xero_python.identity import IdentityApi

from .driving import SCOPES, fault, run, step, tokens

TODAY = dt.date(2026, 11, 20)
DUE = dt.date(2026, 12, 20)
NOBODY = "7b5c8f0e-0000-4000-8000-000000000000"

kept: dict[str, Any] = {}
configuration = Configuration(oauth2_token=OAuth2Token("sandbox", "sandbox"))
configuration.proxy = os.environ["HTTPS_PROXY"]
client = ApiClient(
    configuration,
    oauth2_token_getter=lambda: kept["token"],
    oauth2_token_saver=lambda token: kept.update(token=token),
)
api = AccountingApi(client)
identity = IdentityApi(client)


def a_line(**changes: Any) -> LineItem:
    return LineItem(
        **{
            "description": "Thing",
            "quantity": 3,
            "unit_amount": 10.45,
            "account_code": "200",
            "tax_type": "OUTPUT2",
        }
        | changes
    )


def an_invoice(number: str, **changes: Any) -> Invoice:
    return Invoice(
        **{
            "type": "ACCREC",
            "contact": Contact(contact_id=kept["contact"]),
            "date": TODAY,
            "due_date": DUE,
            "invoice_number": number,
            "status": "AUTHORISED",
            "line_items": [a_line()],
        }
        | changes
    )


def make(*invoices: Invoice, **how: Any) -> list[Invoice]:
    return list(
        api.create_invoices(
            kept["tenant"], invoices=Invoices(invoices=list(invoices)), **how
        ).invoices
    )


def messages(element: Any) -> list[str]:
    return [each.message for each in element.validation_errors or []]


# -------------------------------------------------------------------- identity


@step
def consent_and_token() -> Any:
    token = tokens()
    kept["token"] = {**token, "expires_at": time.time() + token["expires_in"]}
    return sorted(token)


@step
def connections() -> Any:
    (connection,) = identity.get_connections()
    kept["tenant"], kept["connection"] = connection.tenant_id, connection.id
    filtered = identity.get_connections(auth_event_id=connection.auth_event_id)
    return [connection.tenant_type, len(filtered), bool(connection.tenant_name)]


@step
def organisation() -> Any:
    (found,) = api.get_organisations(kept["tenant"]).organisations
    actions = api.get_organisation_actions(kept["tenant"]).actions
    allowed = {each.name for each in actions if each.status == "ALLOWED"}
    currency = getattr(found.base_currency, "value", found.base_currency)
    country = getattr(found.country_code, "value", found.country_code)
    return [country, currency, "CreateApprovedInvoice" in allowed]


# ------------------------------------------------------- settings and directory


@step
def accounts() -> Any:
    found = api.get_accounts(
        kept["tenant"], where='Status=="ACTIVE" AND Class=="REVENUE"', order="Code ASC"
    ).accounts
    codes = [each.code for each in found]
    kept["sales"] = api.get_account(kept["tenant"], found[0].account_id).accounts[0]
    made = api.create_account(
        kept["tenant"], Account(code="491", name="SDK costs", type=AccountType.EXPENSE)
    ).accounts[0]
    archived = api.update_account(
        kept["tenant"],
        made.account_id,
        Accounts(accounts=[Account(account_id=made.account_id, status="ARCHIVED")]),
    ).accounts[0]
    classes = {getattr(each._class, "value", each._class) for each in found}
    return [
        "200" in codes,
        codes == sorted(codes),
        sorted(classes),
        kept["sales"].code == codes[0],
        archived.status,
    ]


@step
def tax_rates() -> Any:
    by_type = {each.tax_type: each for each in api.get_tax_rates(kept["tenant"]).tax_rates}
    (one,) = api.get_tax_rate_by_tax_type(kept["tenant"], "OUTPUT2").tax_rates
    component = TaxComponent(name="SDK tax", rate=7.5, is_compound=False)
    (made,) = api.create_tax_rates(
        kept["tenant"], TaxRates(tax_rates=[TaxRate(name="SDK rate", tax_components=[component])])
    ).tax_rates
    (gone,) = api.update_tax_rate(
        kept["tenant"],
        TaxRates(
            tax_rates=[
                TaxRate(
                    name="SDK rate",
                    tax_type=made.tax_type,
                    status="DELETED",
                    tax_components=[component],
                )
            ]
        ),
    ).tax_rates
    rate = by_type["OUTPUT2"].effective_rate
    return [
        float(rate),
        one.name == by_type["OUTPUT2"].name,
        made.tax_type[:3],
        float(made.effective_rate),
        gone.status,
    ]


@step
def tracking() -> Any:
    before = api.get_tracking_categories(kept["tenant"]).tracking_categories
    if len(before) > 1:
        api.delete_tracking_category(kept["tenant"], before[-1].tracking_category_id)
    (made,) = api.create_tracking_category(
        kept["tenant"], TrackingCategory(name="SDK region")
    ).tracking_categories
    key = made.tracking_category_id
    api.create_tracking_options(kept["tenant"], key, TrackingOption(name="North"))
    (found,) = api.get_tracking_category(kept["tenant"], key).tracking_categories
    (renamed,) = api.update_tracking_category(
        kept["tenant"], key, TrackingCategory(name="SDK area")
    ).tracking_categories
    return [[each.name for each in found.options], renamed.name]


@step
def currencies_users_themes() -> Any:
    codes = [
        getattr(x.code, "value", x.code) for x in api.get_currencies(kept["tenant"]).currencies
    ]
    users = api.get_users(kept["tenant"]).users
    themes = api.get_branding_themes(kept["tenant"]).branding_themes
    return ["GBP" in codes, len(users) > 0, len(themes) > 0]


@step
def contacts() -> Any:
    made = api.create_contacts(
        kept["tenant"],
        Contacts(
            contacts=[
                Contact(name="SDK Customer", email_address="a@shop.example", contact_number="S1"),
                Contact(name="SDK Supplier"),
            ]
        ),
        summarize_errors=False,
    ).contacts
    kept["contact"], kept["supplier"] = (each.contact_id for each in made)
    (again,) = api.create_contacts(
        kept["tenant"], Contacts(contacts=[Contact(name="SDK Customer")]), summarize_errors=False
    ).contacts
    (by_id,) = api.get_contact(kept["tenant"], kept["contact"]).contacts
    (by_number,) = api.get_contact_by_contact_number(kept["tenant"], "S1").contacts
    found = api.get_contacts(kept["tenant"], where='Name=="SDK Customer"').contacts
    paged = api.get_contacts(kept["tenant"], page=1, page_size=1).contacts
    (changed,) = api.update_contact(
        kept["tenant"],
        kept["contact"],
        Contacts(contacts=[Contact(contact_id=kept["contact"], email_address="b@shop.example")]),
    ).contacts
    return [
        again.has_validation_errors,
        messages(again),
        by_id.email_address,
        by_number.contact_id == kept["contact"],
        [each.name for each in found],
        len(paged),
        [changed.name, changed.email_address],
    ]


@step
def items() -> Any:
    sales = Purchase(unit_price=12.3456, account_code="200", tax_type="OUTPUT2")
    (made,) = api.create_items(
        kept["tenant"],
        Items(items=[Item(code="SDK-1", name="Cup", is_sold=True, sales_details=sales)]),
        unitdp=4,
    ).items
    price = api.get_item(kept["tenant"], made.item_id, unitdp=4).items[0].sales_details.unit_price
    (changed,) = api.update_item(
        kept["tenant"], made.item_id, Items(items=[Item(code="SDK-1", name="Mug")])
    ).items
    upserted = api.update_or_create_items(
        kept["tenant"],
        Items(items=[Item(code="SDK-1", name="Jug"), Item(code="SDK-2", name="Pot")]),
    ).items
    api.delete_item(kept["tenant"], upserted[1].item_id)
    codes = [each.code for each in api.get_items(kept["tenant"]).items]
    return [
        str(price),
        changed.name,
        upserted[0].item_id == made.item_id,
        "SDK-1" in codes,
        "SDK-2" in codes,
    ]


# -------------------------------------------------------------------- invoices


@step
def invoices_created_in_a_batch() -> Any:
    made = make(
        an_invoice("SDK-1"),
        an_invoice("SDK-1"),
        an_invoice("SDK-2", status="DRAFT", line_items=[a_line(discount_rate=10)]),
        an_invoice("SDK-3", line_items=[a_line(account_code="no")]),
        summarize_errors=False,
        unitdp=4,
        idempotency_key="sdk-batch",
    )
    kept["invoice"], kept["draft"] = made[0].invoice_id, made[2].invoice_id
    return [[each.status_attribute_string, bool(each.has_errors), messages(each)] for each in made]


@step
def idempotency() -> Any:
    one = make(an_invoice("SDK-4"), idempotency_key="sdk-once")
    two = make(an_invoice("SDK-4"), idempotency_key="sdk-once")
    try:
        make(an_invoice("SDK-5"), idempotency_key="sdk-once")
    except AccountingBadRequestException as error:
        refused = "different request" in str(error.error_data)
    else:
        refused = False
    return [one[0].invoice_id == two[0].invoice_id, refused]


@step
def invoices_read() -> Any:
    (by_id,) = api.get_invoice(kept["tenant"], kept["invoice"], unitdp=4).invoices
    (by_number,) = api.get_invoice(kept["tenant"], "SDK-1").invoices
    listed = api.get_invoices(kept["tenant"], invoice_numbers=["SDK-1", "SDK-2"]).invoices
    (by_ids,) = api.get_invoices(kept["tenant"], i_ds=[kept["invoice"]]).invoices
    drafts = api.get_invoices(kept["tenant"], statuses=["DRAFT"], page=1).invoices
    return [
        [str(each) for each in (by_id.sub_total, by_id.total_tax, by_id.total, by_id.amount_due)],
        [
            by_id.date.isoformat(),
            by_id.due_date.isoformat(),
            by_id.status,
            by_id.currency_code.value,
        ],
        by_number.invoice_id == by_ids.invoice_id == kept["invoice"],
        sorted(each.invoice_number for each in listed),
        [each.invoice_number for each in drafts],
        len(by_id.line_items),
    ]


@step
def invoices_filtered_and_paged() -> Any:
    where = 'Type=="ACCREC" AND Status=="AUTHORISED" AND InvoiceNumber.StartsWith("SDK-")'
    found = api.get_invoices(kept["tenant"], where=where, order="InvoiceNumber DESC").invoices
    pages = [
        api.get_invoices(kept["tenant"], where=where, order="InvoiceNumber", page=n, page_size=1)
        for n in (1, 2, 3)
    ]
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    later = api.get_invoices(kept["tenant"], if_modified_since=tomorrow).invoices
    earlier = api.get_invoices(
        kept["tenant"], if_modified_since=tomorrow - dt.timedelta(days=2), search_term="SDK-2"
    ).invoices
    return [
        [each.invoice_number for each in found],
        [[each.invoice_number for each in page.invoices] for page in pages],
        [pages[0].pagination.item_count, pages[0].pagination.page_count],
        len(later or []),
        [each.invoice_number for each in earlier],
    ]


@step
def invoices_updated() -> Any:
    (approved,) = api.update_invoice(
        kept["tenant"],
        kept["draft"],
        Invoices(
            invoices=[Invoice(invoice_id=kept["draft"], status="AUTHORISED", reference="approved")]
        ),
    ).invoices
    (upserted,) = api.update_or_create_invoices(
        kept["tenant"],
        Invoices(invoices=[Invoice(invoice_id=kept["draft"], reference="again")]),
        summarize_errors=False,
    ).invoices
    (voided,) = api.update_invoice(
        kept["tenant"], kept["draft"], Invoices(invoices=[Invoice(status="VOIDED")])
    ).invoices
    return [
        [approved.status, approved.reference, len(approved.line_items), str(approved.total)],
        upserted.reference,
        [voided.status, str(voided.amount_due)],
    ]


@step
def history() -> Any:
    api.create_invoice_history(
        kept["tenant"],
        kept["invoice"],
        HistoryRecords(history_records=[HistoryRecord(details="Sent by the SDK")]),
    )
    found = api.get_invoice_history(kept["tenant"], kept["invoice"]).history_records
    (entry,) = [each for each in found if each.details == "Sent by the SDK"]
    return [entry.user, isinstance(entry.date_utc, dt.datetime)]


@step
def attachments() -> Any:
    (made,) = api.create_invoice_attachment_by_file_name(
        kept["tenant"], kept["invoice"], "packing list.txt", b"1 cup", include_online=True
    ).attachments
    (listed,) = api.get_invoice_attachments(kept["tenant"], kept["invoice"]).attachments
    by_name = api.get_invoice_attachment_by_file_name(
        kept["tenant"], kept["invoice"], "packing list.txt", "text/plain"
    )
    by_id = api.get_invoice_attachment_by_id(
        kept["tenant"], kept["invoice"], listed.attachment_id, "text/plain"
    )
    contents = []
    for name in (by_name, by_id):
        with open(name, encoding="utf-8") as file:  # noqa: PTH123
            contents.append(file.read())
    (invoice,) = api.get_invoice(kept["tenant"], kept["invoice"]).invoices
    return [
        [made.file_name, made.mime_type, made.content_length, made.include_online],
        contents,
        invoice.has_attachments,
    ]


@step
def online_invoice_and_email() -> Any:
    (found,) = api.get_online_invoice(kept["tenant"], kept["invoice"]).online_invoices
    api.email_invoice(kept["tenant"], kept["invoice"], RequestEmpty())
    return found.online_invoice_url.startswith("https://")


# ------------------------------------------------------------- other documents


@step
def payments() -> Any:
    banks = api.get_accounts(kept["tenant"], where='Type=="BANK"').accounts
    invoice, account = Invoice(invoice_id=kept["invoice"]), Account(account_id=banks[0].account_id)
    (part,) = api.create_payments(
        kept["tenant"],
        Payments(payments=[Payment(invoice=invoice, account=account, date=TODAY, amount=10)]),
    ).payments
    (owing,) = api.get_invoice(kept["tenant"], kept["invoice"]).invoices
    rest = owing.amount_due
    (last,) = api.create_payment(
        kept["tenant"], Payment(invoice=invoice, account=account, date=TODAY, amount=rest)
    ).payments
    (paid,) = api.get_invoice(kept["tenant"], kept["invoice"]).invoices
    (gone,) = api.delete_payment(
        kept["tenant"], part.payment_id, PaymentDelete(status="DELETED")
    ).payments
    (open_again,) = api.get_invoice(kept["tenant"], kept["invoice"]).invoices
    (found,) = api.get_payment(kept["tenant"], last.payment_id).payments
    listed = api.get_payments(kept["tenant"], page=1).payments
    return [
        str(rest),
        [paid.status, str(paid.amount_due), len(paid.payments)],
        gone.status,
        [open_again.status, str(open_again.amount_due)],
        found.amount == rest,
        last.payment_id in [each.payment_id for each in listed],
    ]


@step
def credit_notes() -> Any:
    line = a_line(quantity=1, unit_amount=5)
    (made,) = api.create_credit_notes(
        kept["tenant"],
        CreditNotes(
            credit_notes=[
                CreditNote(
                    type="ACCRECCREDIT",
                    contact=Contact(contact_id=kept["contact"]),
                    date=TODAY,
                    credit_note_number="SDK-CN",
                    status="AUTHORISED",
                    line_items=[line],
                )
            ]
        ),
    ).credit_notes
    (invoice,) = make(an_invoice("SDK-6"))
    api.create_credit_note_allocation(
        kept["tenant"],
        made.credit_note_id,
        Allocations(
            allocations=[
                Allocation(amount=5, date=TODAY, invoice=Invoice(invoice_id=invoice.invoice_id))
            ]
        ),
    )
    (found,) = api.get_credit_note(kept["tenant"], made.credit_note_id).credit_notes
    (credited,) = api.get_invoice(kept["tenant"], invoice.invoice_id).invoices
    listed = api.get_credit_notes(kept["tenant"], page=1).credit_notes
    return [
        [str(made.total), made.status],
        [str(found.remaining_credit), len(found.allocations)],
        [str(credited.amount_credited), str(credited.amount_due)],
        [each.credit_note_number for each in listed],
    ]


@step
def purchase_orders() -> Any:
    order = PurchaseOrder(
        contact=Contact(contact_id=kept["supplier"]),
        date=TODAY,
        delivery_date=DUE,
        purchase_order_number="SDK-PO",
        status="SUBMITTED",
        delivery_address="1 Dock Road",
        line_items=[
            LineItem(
                description="Cups",
                quantity=7,
                unit_amount=1.2345,
                account_code="310",
                tax_type="INPUT2",
            )
        ],
    )
    (made,) = api.create_purchase_orders(
        kept["tenant"], PurchaseOrders(purchase_orders=[order])
    ).purchase_orders
    (by_number,) = api.get_purchase_order_by_number(kept["tenant"], "SDK-PO").purchase_orders
    (approved,) = api.update_purchase_order(
        kept["tenant"],
        made.purchase_order_id,
        PurchaseOrders(purchase_orders=[PurchaseOrder(status="AUTHORISED")]),
    ).purchase_orders
    listed = api.get_purchase_orders(
        kept["tenant"], status="AUTHORISED", date_from="2026-11-01", date_to="2026-11-30", page=1
    ).purchase_orders
    return [
        [str(made.sub_total), str(made.line_items[0].unit_amount), made.status],
        by_number.purchase_order_id == made.purchase_order_id,
        [approved.status, approved.delivery_address, len(approved.line_items)],
        [each.purchase_order_number for each in listed],
    ]


@step
def quotes() -> Any:
    quote = Quote(
        contact=Contact(contact_id=kept["contact"]),
        date=TODAY,
        quote_number="SDK-Q",
        line_amount_types=QuoteLineAmountTypes.EXCLUSIVE,
        line_items=[a_line()],
    )
    (made,) = api.create_quotes(kept["tenant"], Quotes(quotes=[quote])).quotes
    (sent,) = api.update_quote(
        kept["tenant"],
        made.quote_id,
        Quotes(
            quotes=[
                Quote(
                    contact=Contact(contact_id=kept["contact"]),
                    date=TODAY,
                    status=QuoteStatusCodes.SENT,
                )
            ]
        ),
    ).quotes
    (found,) = api.get_quote(kept["tenant"], made.quote_id).quotes
    listed = api.get_quotes(kept["tenant"], quote_number="SDK-Q").quotes
    return [str(made.total), sent.status.value, found.quote_number, len(listed)]


# --------------------------------------------------------------------- refusals


@step
def not_found() -> Any:
    try:
        api.get_invoice(kept["tenant"], NOBODY)
    except NotFoundException as error:
        return error.status
    return "found"


@step
def bad_request_with_elements() -> Any:
    try:
        make(an_invoice("SDK-7"), an_invoice("SDK-1"), an_invoice("SDK-8", contact=None))
    except AccountingBadRequestException as error:
        elements = error.error_data["Elements"]
        kind, reason = error.error_data["Type"], error.reason
    else:
        return "taken"
    saved = api.get_invoices(kept["tenant"], invoice_numbers=["SDK-7", "SDK-8"]).invoices
    return [kind, reason, len(elements), [each.invoice_number for each in saved]]


@step
def too_many_calls() -> Any:
    said = []
    for kind in ("minute429", "day429", "concurrent429"):
        fault(kind, seconds=7)
        try:
            # a POST: any other call is repeated below the SDK, by urllib3
            api.update_or_create_contacts(kept["tenant"], Contacts(contacts=[Contact(name="X")]))
        except RateLimitException as error:
            answer = error.http_resp.urllib3_response.headers
            said.append([error.status, answer["X-Rate-Limit-Problem"], answer.get("Retry-After")])
    fault("minute429", seconds=1)
    before = time.monotonic()
    api.get_organisations(kept["tenant"])
    return [said, time.monotonic() - before >= 1]


@step
def offline() -> Any:
    fault("unavailable503")
    try:
        api.get_organisations(kept["tenant"])
    except HTTPStatusException as error:
        return error.status
    return "answered"


# ---------------------------------------------------------- the end of a token


@step
def refresh() -> Any:
    old = kept["token"]
    kept["token"] = {**old, "expires_at": time.time() - 1, "scope": SCOPES}
    api.get_organisations(kept["tenant"])
    new = kept["token"]
    rotated = new["refresh_token"] != old["refresh_token"]
    again = TokenApi(client, "sandbox", "sandbox").refresh_token(old["refresh_token"], SCOPES)
    return [rotated, new["access_token"] != old["access_token"], again["token_type"]]


@step
def disconnect() -> Any:
    identity.delete_connection(kept["connection"])
    try:
        api.get_organisations(kept["tenant"])
    except HTTPStatusException as error:
        return [error.status, len(identity.get_connections())]
    return "answered"


@step
def revoke() -> Any:
    token = tokens()
    kept["token"] = {
        **token,
        "expires_at": time.time() + token["expires_in"],
        "scope": token["scope"].split(),
    }
    before = len(identity.get_connections())
    client.revoke_oauth2_token()
    try:
        TokenApi(client, "sandbox", "sandbox").refresh_token(token["refresh_token"], SCOPES)
    except HTTPStatusException as error:
        return [before, error.status, json.loads(error.body)]
    return "refreshed"


run()
