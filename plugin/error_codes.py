"""Error codes: the catalogue of all errors that a person can see, each with one stable code.

1xx settings and connections, 2xx the rules, 3xx our own checks, 4xx what Xero refuses, 5xx
Mintsoft, 6xx what time heals. `docs/errors.md` is made from it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ErrorCode:
    """One entry of the catalogue: what a stable code means and what mends it."""

    code: str
    #: The sentence, with ``{names}`` filled in where it is raised.
    sentence: str
    #: Why it happens, for those who have not met it before.
    cause: str
    #: What to do.
    fix: str
    #: Where that is done: ``Xero, Settings > Currencies``.
    where: str


_ALL = (
    ErrorCode(
        code="MX-101",
        sentence="{message}",
        cause="What was typed, or set in the environment, is not possible.",
        fix="Correct the setting and run the command again.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-102",
        sentence="{service} did not accept the login.",
        cause="The user name or the secret is wrong, or the user was closed there.",
        fix="Check user name and secret; give a new one: mintsoft-xero connection login NAME.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-103",
        sentence="The connection to Xero has ended: {reason}.",
        cause="A person has ended the access, or it was not used for 60 days.",
        fix="Connect again: mintsoft-xero connection connect NAME.",
        where="here, by command, then Xero's consent page",
    ),
    ErrorCode(
        code="MX-104",
        sentence="{message}",
        cause="The file was edited, and what came out is no rule book.",
        fix="Correct the rule file, then run the command again.",
        where="the rule file, at the line that is named",
    ),
    ErrorCode(
        code="MX-105",
        sentence="{service} can't be reached: {reason}.",
        cause="The service is down, or its address is wrong.",
        fix="Check its address and the network; nothing is lost, run the command again.",
        where="the machine, its network or its settings",
    ),
    ErrorCode(
        code="MX-106",
        sentence="The database {problem}.",
        cause="Another program works on its file, such as a backup, or its disk is full.",
        fix="Let that program end, or make space; nothing is lost, run the command again.",
        where="the machine, its disk or its other programs",
    ),
    ErrorCode(
        code="MX-111",
        sentence="Connection {connection} belongs to {before}; this access opens {now}.",
        cause="Access was allowed to another organisation than the one that it had.",
        fix="Allow access to the former organisation, or confirm with --another-organisation.",
        where="Xero's consent page, or here, by command",
    ),
    ErrorCode(
        code="MX-112",
        sentence="{message}",
        cause="The access opens several organisations, and none is taken without a person's word.",
        fix="Choose one: mintsoft-xero connection organisation NAME ID.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-113",
        sentence="Connection {connection} needs no consent: its Xero app is a custom connection.",
        cause="A custom connection logs in by itself; its access is allowed in Xero.",
        fix="Check the app in Xero, then run: mintsoft-xero connection resume NAME.",
        where="Xero's developer portal, then here, by command",
    ),
    ErrorCode(
        code="MX-114",
        sentence="{message}",
        cause="A person has disconnected it; resuming is for what was paused.",
        fix="Connect it again: mintsoft-xero connection connect NAME.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-121",
        sentence="{message}",
        cause="The settings file was edited, or is of another organisation or mode.",
        fix="Nothing was changed. Correct the file, then import it again.",
        where="the settings file, at the line that is named",
    ),
    ErrorCode(
        code="MX-131",
        sentence="{job} of {connection} runs already.",
        cause="The clock or another person began it, and it has not ended.",
        fix="Wait until it has ended; its result is in: mintsoft-xero schedule list.",
        where="nowhere: it goes on by itself",
    ),
    ErrorCode(
        code="MX-132",
        sentence="{job} of {connection} was stopped because it took too long.",
        cause="There was more to read than fits into the time that one run is given.",
        fix="Nothing is lost: what was read is kept, and the next run has twice the time.",
        where="nowhere: it goes on by itself",
    ),
    ErrorCode(
        code="MX-133",
        sentence="{job} of {connection} ended with an error of this program.",
        cause="It met something that it was not made for.",
        fix="The log has the details; the next run tries it again.",
        where="the log of the worker",
    ),
    ErrorCode(
        code="MX-134",
        sentence="Connection {connection} has no job {job}: its mode is {mode}.",
        cause="Orders belong to accounting, client invoices to fulfilment.",
        fix="See which jobs it has: mintsoft-xero schedule list.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-135",
        sentence="{system} can't take part in imports.",
        cause="Its adapter has no documents to import, or makes none.",
        fix="Connect other systems, or leave the imports of this connection alone.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-141",
        sentence="There is no mail server for notices.",
        cause="Addresses for notices are set, but MINTSOFT_XERO_SMTP_URL is not.",
        fix="Set it: smtp://USER:PASSWORD@HOST:587?from=ADDRESS; waiting notices follow.",
        where="the machine's settings",
    ),
    ErrorCode(
        code="MX-142",
        sentence="A notice was not taken: {reason}.",
        cause="The receiver is down, refuses it, or is not where the settings say.",
        fix="Check the address and the receiver, then: mintsoft-xero notices test NAME.",
        where="here, by command, or the receiver",
    ),
    ErrorCode(
        code="MX-143",
        sentence="There is no secret yet to sign {name}'s notices with.",
        cause="An address for notices is set, but its receiver could not tell who posts there.",
        fix="Make one, and give it to the receiver: mintsoft-xero notices secret NAME.",
        where="here, by command, then the receiver",
    ),
    ErrorCode(
        code="MX-200",
        sentence="{message}",
        cause="A rule of yours says that a person must look at such orders.",
        fix="Change the order in Mintsoft or the rule that refuses it.",
        where="Mintsoft, the order, or the rule file",
    ),
    ErrorCode(
        code="MX-201",
        sentence="A discount is larger than its line.",
        cause="The shop took more off a line than the line costs; Xero takes no such line.",
        fix="Lower the line's discount in Mintsoft, then retry.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-202",
        sentence="The discount is larger than the order.",
        cause="The shop took more off the order than it costs; Xero takes no such invoice.",
        fix="Lower the order's discount in Mintsoft, then retry.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-203",
        sentence="The order is already exported to Xero.",
        cause="Another document in Xero has the number that this order's invoice would get.",
        fix="If it is the same sale, clear this error. Else give the order another number: "
        "mintsoft-xero number NAME ORDER [NEW].",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-204",
        sentence="Another order of this client has the same number and content.",
        cause="The order was entered or imported twice.",
        fix="If it is a sale of its own: mintsoft-xero retry NAME ORDER --single. If the other was "
        "cancelled, void its invoice in Xero, then retry; else cancel one of the two in Mintsoft.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-205",
        sentence="The order's total is not what its lines come to.",
        cause=(
            "A line, a discount or the total was changed by hand in Mintsoft, or a shop "
            "rounds in its own way."
        ),
        fix="Correct the lines or the total in Mintsoft, then retry.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-206",
        sentence="The Xero organisation does not use the order's currency.",
        cause="The organisation was not told of this currency, or its plan has but one.",
        fix="Add the currency in Xero (Settings > Currencies), then retry.",
        where="Xero, Settings > Currencies",
    ),
    ErrorCode(
        code="MX-207",
        sentence="The invoice's date lies in a period that is locked in Xero.",
        cause="The books of that period were closed.",
        fix="Move the lock date in Xero, or account for the order by hand and clear this error.",
        where="Xero, Accounting > Advanced > Lock dates",
    ),
    ErrorCode(
        code="MX-208",
        sentence="The discounts are larger than all that they could be taken off, by {excess}.",
        cause="Even spread over all lines, the discounts leave something over.",
        fix="Lower the discount in Mintsoft, then retry; or have it capped: "
        "mintsoft-xero connection set NAME discount_repair=cap.",
        where="Mintsoft, the order, or here, by command",
    ),
    ErrorCode(
        code="MX-209",
        sentence=(
            "The prices of channel {channel} hold tax, and its rate for {country} is not known."
        ),
        cause="Mintsoft records this channel's prices with tax, and does not say at which rate.",
        fix="Add {channel}:{country}:RATE to the list of the setting, and set all of it: "
        "mintsoft-xero connection set NAME gross_channels=LIST.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-210",
        sentence="It comes to less than nothing ({built}): a credit, and no invoice.",
        cause="What was taken back, or taken off, is more than what was sold.",
        fix="Make a credit note in Xero by hand and clear this error.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-211",
        sentence="Mintsoft does not say whose invoice this is.",
        cause="The client was deleted in Mintsoft, or this user may not see it.",
        fix="Look at the invoice's client in Mintsoft, then retry.",
        where="Mintsoft, the client",
    ),
    ErrorCode(
        code="MX-212",
        sentence="Xero has no contact for the client {client}.",
        cause="No contact has exactly the client's name, and none is mapped.",
        fix="Add one of that name in Xero, or map one: mintsoft-xero connection map NAME contact "
        "client:{client} ID.",
        where="Xero, Contacts, or here, by command",
    ),
    ErrorCode(
        code="MX-213",
        sentence="All charges together come to {total}, and Xero takes no such invoice.",
        cause="More was credited to the client than was charged.",
        fix="Write a credit note in Xero by hand and clear this error.",
        where="Xero, a credit note",
    ),
    ErrorCode(
        code="MX-214",
        sentence="The client invoice {invoice} is gone from Mintsoft.",
        cause="It was deleted there, or this user may not see it any more.",
        fix="Nothing to do if that was meant: clear this error. Else look for it in Mintsoft.",
        where="Mintsoft, the client's invoices",
    ),
    ErrorCode(
        code="MX-215",
        sentence="A cost centre of the invoice has no account in Xero.",
        cause="Nothing says to which account its charges belong, and which tax they bear.",
        fix="Map it: mintsoft-xero connection map NAME cost_centre CENTRE ACCOUNT/TAXTYPE.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-216",
        sentence="Its goods are on the invoice of another order already.",
        cause=(
            "An order was split after it was exported whole, or one that was exported was merged "
            "into this one. Exported too, its goods would be billed twice."
        ),
        fix=(
            "Clear this error if the customer was billed for all of it; else void the other "
            "order's invoice in Xero, then retry."
        ),
        where="Xero, the other order's invoice",
    ),
    ErrorCode(
        code="MX-301",
        sentence="No account is mapped for {what}.",
        cause="Nothing says which account such amounts belong to.",
        fix="Map one: mintsoft-xero connection map NAME {kind} {source} ACCOUNT.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-302",
        sentence="No tax type is mapped for a tax rate of {rate} %.",
        cause="Nothing says which tax type of the organisation stands for this rate.",
        fix="Map one: mintsoft-xero connection map NAME tax_rate {rate} TAXTYPE.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-303",
        sentence="No tax rate mapped for {country} gives the tax of {what}: {tax} on {net}.",
        cause="The tax was changed by hand or left out, or is of a rate that is not mapped.",
        fix="Correct the tax in Mintsoft, or map its rate: "
        "mintsoft-xero connection map NAME tax_rate {source} TAXTYPE.",
        where="Mintsoft, the order, or here, by command",
    ),
    ErrorCode(
        code="MX-304",
        sentence="The invoice would come to {built}, the order says {stated}.",
        cause=(
            "What the lines come to is not what the order states, by more than rounding explains."
        ),
        fix="Correct the order in Mintsoft; or accept such pennies: mintsoft-xero connection set "
        "NAME rounding_limit=AMOUNT.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-306",
        sentence="Xero would answer: {answer}",
        cause=(
            "Our check holds the invoice against the organisation as it was last read, "
            "before it is sent."
        ),
        fix="Correct the order in Mintsoft, then retry.",
        where="where the answer points: Mintsoft, Xero or the mapping",
    ),
    ErrorCode(
        code="MX-307",
        sentence="The order has no lines.",
        cause="The order was saved without goods, and without shipping.",
        fix="Add its lines in Mintsoft, or cancel it.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-310",
        sentence="All invoices are to go to one contact, and none is mapped.",
        cause="The contact policy is fixed, and says nowhere to whom.",
        fix="Map it: mintsoft-xero connection map NAME contact default CONTACT_ID.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-311",
        sentence="The invoice is to go to the customer, whom the order does not name.",
        cause="The contact policy is customer, and the order has neither a name nor a company.",
        fix="Enter the customer in Mintsoft, or map one: mintsoft-xero connection map NAME "
        "contact default ID.",
        where="Mintsoft, the order, or here, by command",
    ),
    ErrorCode(
        code="MX-312",
        sentence="No tax rate mapped for {country} explains the tax of a line: {tax} on {net}.",
        cause=(
            "The order's country has tax rates of its own, and this is none of those that are "
            "mapped for it; or the price or the tax was changed by hand. A rate of one country "
            "never serves an order to another."
        ),
        fix="Map the rate: mintsoft-xero connection map NAME tax_rate {source} TAXTYPE; or "
        "correct the line in Mintsoft, then retry.",
        where="here, by command, or Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-313",
        sentence=(
            "The invoice would be dated {day}, and none is made before {oldest} or after {newest}."
        ),
        cause="A date was mistyped, or set by a clock that is wrong.",
        fix=(
            "Correct the order's date in Mintsoft; or, if it is meant: mintsoft-xero connection "
            "set NAME oldest_year=1 days_ahead=36500."
        ),
        where="Mintsoft, the order, or here, by command",
    ),
    ErrorCode(
        code="MX-321",
        sentence="The cost centre {centre} is not mapped.",
        cause="Nothing says to which account its charges belong, and which tax they bear.",
        fix="Map it: mintsoft-xero connection map NAME cost_centre {centre} ACCOUNT/TAXTYPE.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-331",
        sentence="With postage_includes_vat_free={setting} postage comes to {set_total}, but to "
        "{told_total} by the orders.",
        cause="Each order of the invoice states its whole postage: not as the setting says.",
        fix="Change it: mintsoft-xero connection set NAME postage_includes_vat_free={right}.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-332",
        sentence="Whether postage of {postage} holds the VAT-free postage of {free} can't be told.",
        cause="No order of the invoice says what its whole postage is, and the setting is ask.",
        fix="Say it: mintsoft-xero connection set NAME postage_includes_vat_free=yes (or no).",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-333",
        sentence="The tax type {tax_type} of the cost centre {centre} has no rate in Xero.",
        cause="It was deleted or archived in Xero after it was mapped.",
        fix="Map another: mintsoft-xero connection map NAME cost_centre {centre} ACCOUNT/TAXTYPE.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-401",
        sentence="Xero refused the invoice: {answer}",
        cause="Xero gave a reason that is not in this list; it is repeated word for word.",
        fix="Put right what Xero names, then retry.",
        where="where the answer points",
    ),
    ErrorCode(
        code="MX-402",
        sentence="Xero has another document with the number {number}.",
        cause="Somebody, or another app, made a document with that number.",
        fix="Look at that document in Xero. If it is the same sale, clear this error.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-403",
        sentence="Xero refused an account: {answer}",
        cause="The account was removed, or is not one that sales may go to.",
        fix=(
            "Map an active account: mintsoft-xero connection map NAME sales_account default "
            "ACCOUNT."
        ),
        where="here, by command",
    ),
    ErrorCode(
        code="MX-404",
        sentence="Xero refused a tax type: {answer}",
        cause="The tax type was removed, or does not go with the account.",
        fix="Map a tax type that fits the account: mintsoft-xero connection map NAME tax_rate ...",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-405",
        sentence="Xero refused the contact: {answer}",
        cause="The contact was archived or deleted, or lacks what Xero needs.",
        fix="Put the contact right in Xero, then retry.",
        where="Xero, Contacts",
    ),
    ErrorCode(
        code="MX-406",
        sentence="Xero refused the date: {answer}",
        cause="The date lies in a locked period, or is none that Xero takes.",
        fix="Move the lock date in Xero, then retry.",
        where="Xero, Accounting > Advanced > Lock dates",
    ),
    ErrorCode(
        code="MX-407",
        sentence="Xero made the invoice {number} with a total of {total} instead of {expected}.",
        cause="Xero computed a line otherwise than we predicted.",
        fix="Compare the invoice in Xero with the order; correct it there.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-408",
        sentence="Xero has {count} active contacts that may be the order's.",
        cause="Several contacts have the same name or number.",
        fix="Merge or rename them in Xero so that one is left, then retry.",
        where="Xero, Contacts",
    ),
    ErrorCode(
        code="MX-409",
        sentence="Another contact in Xero has the name or the number of the order's contact.",
        cause="The name is free to no second contact, and this one was not made from here.",
        fix="Rename or archive that contact in Xero, then retry.",
        where="Xero, Contacts",
    ),
    ErrorCode(
        code="MX-410",
        sentence="The invoice {number} was voided in Xero.",
        cause="A person or another app voided it after the export.",
        fix="Nothing if that was meant: clear this; else: mintsoft-xero retry NAME NUMBER --again.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-411",
        sentence="The invoice {number} was deleted in Xero.",
        cause="A person or another app deleted the draft after the export.",
        fix="Nothing if that was meant: clear this; else: mintsoft-xero retry NAME NUMBER --again.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-412",
        sentence=(
            "The invoice {number} was changed in Xero: it comes to {total}, {exported} were "
            "exported."
        ),
        cause="A person or another app changed amounts or the currency after the export.",
        fix="Compare it with the order; correct one of them, or clear this.",
        where="Xero, the invoice, or Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-413",
        sentence="The invoice {number} has another number in Xero now: {now}.",
        cause="A person or another app renumbered it after the export.",
        fix="Give it back its number in Xero, or clear this.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-414",
        sentence="Xero refused the currency: {answer}",
        cause="The organisation does not use the currency, or its plan has but one.",
        fix="Add the currency in Xero (Settings > Currencies), then retry.",
        where="Xero, Settings > Currencies",
    ),
    ErrorCode(
        code="MX-415",
        sentence="Xero refused an archived account: {answer}",
        cause="The account was archived after it was mapped.",
        fix=(
            "Restore the account in Xero (Accounting > Chart of accounts), or map another "
            "one: mintsoft-xero connection map NAME sales_account default ACCOUNT."
        ),
        where="Xero, Accounting > Chart of accounts, or here, by command",
    ),
    ErrorCode(
        code="MX-416",
        sentence="Xero refused an item: {answer}",
        cause="The item was removed, or is not one that is sold.",
        fix=(
            "Add the item in Xero (Business > Products and services), or export without "
            "items: mintsoft-xero connection set NAME items=none."
        ),
        where="Xero, Business > Products and services, or here, by command",
    ),
    ErrorCode(
        code="MX-417",
        sentence="Xero computes the invoice otherwise: {answer}",
        cause="Xero rounds a line or its tax otherwise than the order does.",
        fix="Compare the order's lines with its total in Mintsoft, and correct them; then retry.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-418",
        sentence="Xero refused a discount: {answer}",
        cause="A line's discount is larger than the line, or of a kind that Xero does not take.",
        fix=(
            "Lower the discount in Mintsoft, or choose a repair: mintsoft-xero connection "
            "set NAME discount_repair=cap."
        ),
        where="Mintsoft, the order, or here, by command",
    ),
    ErrorCode(
        code="MX-419",
        sentence="Xero refused a document without lines: {answer}",
        cause="Nothing that could be invoiced is on the order.",
        fix="Add its lines in Mintsoft, or cancel it; then retry.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-420",
        sentence="Xero does not allow the document's status: {answer}",
        cause="The document was paid, voided or deleted there.",
        fix=(
            "Look at the document in Xero; what is paid or voided there can't be changed from here."
        ),
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-421",
        sentence="The plan in Xero is used up: {answer}",
        cause="The organisation's plan limits how many invoices may be approved in a month.",
        fix="Approve invoices in Xero by hand or raise the plan there, then retry.",
        where="Xero, the plan, or the drafts",
    ),
    ErrorCode(
        code="MX-422",
        sentence="Xero refused a web address: {answer}",
        cause="Xero takes no address that is not public, or that names Xero.",
        fix="Correct the address that Xero names, then retry.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-423",
        sentence="Xero refused a payment: {answer}",
        cause="A payment does not fit the invoice.",
        fix="Look at the invoice's payments in Xero; record the payment there by hand.",
        where="Xero, the invoice's payments",
    ),
    ErrorCode(
        code="MX-424",
        sentence="Xero has no such document: {answer}",
        cause="It was removed there for good.",
        fix="Run mintsoft-xero reconcile NAME: it shows what is missing, and what to do.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-425",
        sentence="Xero has another entry of that name or number: {answer}",
        cause="The name or the number is another's.",
        fix="Rename one of the two in Xero, then retry.",
        where="Xero, the two entries",
    ),
    ErrorCode(
        code="MX-426",
        sentence="Xero refused a tracking option: {answer}",
        cause="The category or the option was renamed, archived or removed after it was mapped.",
        fix=(
            "Map the option by its name of today: mintsoft-xero connection map NAME tracking "
            "SOURCE Category=Option."
        ),
        where="here, by command",
    ),
    ErrorCode(
        code="MX-501",
        sentence="The order can't be read: {field} {problem}.",
        cause="A field holds what Mintsoft's description does not allow.",
        fix="Correct it in Mintsoft, then retry.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-502",
        sentence="Mintsoft refused: {answer}",
        cause="Mintsoft did not take what was to be written.",
        fix="Put right what Mintsoft names, then retry.",
        where="where the answer points",
    ),
    ErrorCode(
        code="MX-503",
        sentence="The order is gone from Mintsoft (merged or deleted there).",
        cause="A person merged or deleted it.",
        fix="Nothing to do if that was meant; else clear this error.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-504",
        sentence="The order was changed in Mintsoft after its export.",
        cause="A person or the shop edited it.",
        fix="Compare it with the invoice in Xero and correct one of them.",
        where="Mintsoft, the order, or Xero, the invoice",
    ),
    ErrorCode(
        code="MX-505",
        sentence="The order is {status} in Mintsoft since it was exported. {successor}",
        cause=(
            "It was cancelled, it failed, or it was taken back to an unfinished status. Its "
            "invoice is left alone: what was agreed with the customer nobody here knows."
        ),
        fix="Void the invoice in Xero, or make a credit note there; or leave it, and clear this.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-511",
        sentence="The document {number} is gone from Xero.",
        cause="Xero does not show it any more.",
        fix="Nothing if it is not to come; else enter it in Xero again.",
        where="Xero",
    ),
    ErrorCode(
        code="MX-513",
        sentence="The invoice comes to {total} {currency}, its order would come to {found}.",
        cause="The lines and taxes of the invoice do not add up to its total.",
        fix="Open the invoice in Xero, correct its lines or tax, then retry.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-514",
        sentence="The invoice has no number.",
        cause="Mintsoft's orders need one, and people find them by it.",
        fix="Give it a number in Xero, then retry.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-515",
        sentence="The invoice sells {quantity} of {sku}: Mintsoft sends whole units only.",
        cause="The invoice counts in a unit that the warehouse does not count in.",
        fix="Enter a whole quantity above 0 on the invoice, then retry.",
        where="Xero, the invoice",
    ),
    ErrorCode(
        code="MX-516",
        sentence="The channel {chosen!r} is none of Mintsoft's: {known}.",
        cause="The setting import_channel names none of the account's sales channels.",
        fix="Run: mintsoft-xero connection set NAME import_channel=ID.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-517",
        sentence="The courier service {chosen!r} is none of Mintsoft's: {known}.",
        cause="The setting import_courier names none of the account's courier services.",
        fix="Run: mintsoft-xero connection set NAME import_courier=AUTO, or with one of these.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-518",
        sentence="The contact in Xero has no whole address of delivery.",
        cause="A parcel needs street, town, post code and a country that Mintsoft knows.",
        fix="Complete the contact's delivery address in Xero, then retry.",
        where="Xero, the contact",
    ),
    ErrorCode(
        code="MX-519",
        sentence="Invoice {number} was changed in Xero after order {order} was made in Mintsoft.",
        cause="An order is never changed by itself: it may be packed by now.",
        fix="Change the order in Mintsoft the same way, if it is still under way; then clear this.",
        where="Mintsoft, the order",
    ),
    ErrorCode(
        code="MX-520",
        sentence="Line {line} orders {quantity} of {sku}: Mintsoft receives whole units only.",
        cause="The purchase order counts in a unit that the warehouse does not count in.",
        fix="Enter a whole quantity above 0 on the purchase order, then retry.",
        where="Xero, the purchase order",
    ),
    ErrorCode(
        code="MX-521",
        sentence="The warehouse {chosen!r} is none of Mintsoft's: {known}.",
        cause="The account has several warehouses and none is chosen, or the chosen one is gone.",
        fix="Run: mintsoft-xero connection set NAME import_warehouse=ID.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-522",
        sentence="The goods-in type {chosen!r} is none of Mintsoft's: {known}.",
        cause="Mintsoft wants to know in what goods arrive, by the account's own names.",
        fix="Run: mintsoft-xero connection set NAME goods_in_type=TYPE, with one of these.",
        where="here, by command",
    ),
    ErrorCode(
        code="MX-523",
        sentence="The purchase order does not say when the goods arrive.",
        cause="Mintsoft needs a day for each ASN.",
        fix="Enter a delivery date on the purchase order, or set arrival_days; then retry.",
        where="Xero, the purchase order, or here, by command",
    ),
    ErrorCode(
        code="MX-524",
        sentence="Changed in Xero, but goods of ASN {asn} ({status}) came: {has}; now {wants}.",
        cause="Nothing is changed on an ASN whose goods have begun to arrive.",
        fix="Correct the ASN in Mintsoft by hand if need be, then clear this error.",
        where="Mintsoft, the ASN",
    ),
    ErrorCode(
        code="MX-525",
        sentence="Changed in Xero, but ASN {asn} was edited in Mintsoft: {has}; now {wants}.",
        cause="What a person has written in Mintsoft is never overwritten.",
        fix="Make the ASN and the purchase order agree, then clear this error.",
        where="Mintsoft, the ASN, or Xero, the purchase order",
    ),
    ErrorCode(
        code="MX-526",
        sentence="The purchase order was deleted in Xero; ASN {asn} ({status}) stays.",
        cause="Nothing is deleted in Mintsoft: the goods may still come.",
        fix="Delete the ASN in Mintsoft if nothing will arrive, then clear this error.",
        where="Mintsoft, the ASN",
    ),
    ErrorCode(
        code="MX-527",
        sentence="Mintsoft took the change of ASN {asn} but did not make it: {has}; asked {wants}.",
        cause="Mintsoft may keep the lines of an ASN that has been made.",
        fix="Correct the ASN in Mintsoft by hand, then clear this error.",
        where="Mintsoft, the ASN",
    ),
    ErrorCode(
        code="MX-528",
        sentence="Changed in Xero, but ASN {asn} is gone from Mintsoft.",
        cause="A person deleted or cancelled it there; it is not made again by itself.",
        fix="Make the ASN in Mintsoft by hand if goods will arrive, then clear this error.",
        where="Mintsoft",
    ),
    ErrorCode(
        code="MX-529",
        sentence="The item {sku} is no product in Mintsoft.",
        cause="A purchase order names an item that the warehouse can't receive.",
        fix="Add a product with this SKU in Mintsoft, or correct the item in Xero; then retry.",
        where="Mintsoft, Products, or Xero, the purchase order",
    ),
    ErrorCode(
        code="MX-601",
        sentence="{service} asks to wait until {time}.",
        cause="A limit of calls is used up, by us or by other apps.",
        fix="Nothing: it is tried again by itself.",
        where="nowhere",
    ),
    ErrorCode(
        code="MX-602",
        sentence="{service} did not answer as it should.",
        cause="An outage, or an answer that is none.",
        fix="Nothing: it is tried again by itself.",
        where="nowhere",
    ),
    ErrorCode(
        code="MX-603",
        sentence="Xero's answer was lost; the invoice may exist.",
        cause="The connection broke, or a process died, while Xero was at work.",
        fix="Nothing: Xero is asked by number before anything is sent again.",
        where="nowhere",
    ),
    ErrorCode(
        code="MX-604",
        sentence="The two evaluators of the rules do not agree on this order.",
        cause="A fault in one of the evaluators: it is ours.",
        fix="Nothing is exported meanwhile. Report it with the output of mintsoft-xero explain.",
        where="nowhere; report it",
    ),
)

#: By their codes, in their order.
CODES = {entry.code: entry for entry in _ALL}
