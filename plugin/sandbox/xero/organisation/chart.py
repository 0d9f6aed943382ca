"""What a new organisation holds before anybody works in it: accounts, tax rates, currencies.

Tax rates are the defaults of xero.md section 6; the accounts follow Xero's own UK chart.
"""
# ruff: noqa: SIM905 (long lists of Xero's words read better as text)

import uuid
from decimal import Decimal
from typing import Any

Row = dict[str, Any]

#: One organisation for ever, so that a client which stored its ids finds it again after a reset.
_NAMESPACE = uuid.UUID("6f0e7d7c-2f0f-4d0e-9a53-0d1a5a6c1b11")


def fixed_id(name: str) -> str:
    """An id that is the same in every sandbox."""
    return str(uuid.uuid5(_NAMESPACE, name))


TENANT_ID = fixed_id("tenant")

_DAY_NAMES = ("BaseCurrency", "Timezone", "zone", "sales", "purchases")
#: Base currency, Xero's word for the timezone, the IANA zone, ordinary sales and purchase tax.
COUNTRIES: dict[str, dict[str, str]] = {
    country: dict(zip(_DAY_NAMES, values, strict=True))
    for country, values in {
        "GB": ("GBP", "GMTSTANDARDTIME", "Europe/London", "OUTPUT2", "INPUT2"),
        "AU": ("AUD", "AUSEASTERNSTANDARDTIME", "Australia/Sydney", "OUTPUT", "INPUT"),
        "NZ": ("NZD", "NEWZEALANDSTANDARDTIME", "Pacific/Auckland", "OUTPUT2", "INPUT2"),
        "US": ("USD", "EASTERNSTANDARDTIME", "America/New_York", "OUTPUT", "INPUT"),
        "ZA": ("ZAR", "SOUTHAFRICASTANDARDTIME", "Africa/Johannesburg", "OUTPUT3", "INPUT3"),
    }.items()
}

# (TaxType, name, rate, account classes that it may go on: R E A Q L)
_SALES, _PURCHASES, _EVERYWHERE = "RAQL", "EAQL", "REAQL"
_TAX_RATES: dict[str, list[tuple[str, str, str, str]]] = {
    "GB": [
        ("OUTPUT2", "20% (VAT on Income)", "20", _SALES),
        ("RROUTPUT", "5% (VAT on Income)", "5", _SALES),
        ("ZERORATEDOUTPUT", "Zero Rated Income", "0", _SALES),
        ("EXEMPTOUTPUT", "Exempt Income", "0", _SALES),
        ("ECZROUTPUT", "Zero Rated EC Goods Income", "0", _SALES),
        ("ECZROUTPUTSERVICES", "Zero Rated EC Services", "0", _SALES),
        ("DRCHARGE20", "Domestic Reverse Charge @ 20% (VAT on Income)", "0", _SALES),
        ("DRCHARGE5", "Domestic Reverse Charge @ 5% (VAT on Income)", "0", _SALES),
        ("INPUT2", "20% (VAT on Expenses)", "20", _PURCHASES),
        ("RRINPUT", "5% (VAT on Expenses)", "5", _PURCHASES),
        ("ZERORATEDINPUT", "Zero Rated Expenses", "0", _PURCHASES),
        ("EXEMPTINPUT", "Exempt Expenses", "0", _PURCHASES),
        ("REVERSECHARGES", "Reverse Charge Expenses (20%)", "0", _PURCHASES),
        ("ECACQUISITIONS", "EC Acquisitions (20%)", "0", _PURCHASES),
        ("DRCHARGESUPPLY20", "Domestic Reverse Charge @ 20% (VAT on Expenses)", "0", _PURCHASES),
        ("DRCHARGESUPPLY5", "Domestic Reverse Charge @ 5% (VAT on Expenses)", "0", _PURCHASES),
        ("CAPEXINPUT2", "20% (VAT on Capital Purchases)", "20", "A"),
        ("NONE", "No VAT", "0", _EVERYWHERE),
    ],
    "AU": [
        ("OUTPUT", "GST on Income", "10", _SALES),
        ("EXEMPTOUTPUT", "GST Free Income", "0", _SALES),
        ("EXEMPTEXPORT", "GST Free Exports", "0", _SALES),
        ("INPUTTAXED", "Input Taxed", "0", _SALES),
        ("INPUT", "GST on Expenses", "10", _PURCHASES),
        ("EXEMPTEXPENSES", "GST Free Expenses", "0", _PURCHASES),
        ("CAPEXINPUT", "GST on Capital", "10", "A"),
        ("EXEMPTCAPITAL", "GST Free Capital", "0", "A"),
        ("GSTONIMPORTS", "GST on Imports", "0", "EAL"),
        ("GSTONCAPIMPORTS", "GST on Capital Imports", "0", "A"),
        ("BASEXCLUDED", "BAS Excluded", "0", _EVERYWHERE),
    ],
    "NZ": [
        ("OUTPUT2", "15% GST on Income", "15", _SALES),
        ("ZERORATED", "Zero Rated", "0", "RL"),
        ("INPUT2", "15% GST on Expenses", "15", _PURCHASES),
        ("GSTONIMPORTS", "GST on Imports", "0", "L"),
        ("NONE", "No GST", "0", _EVERYWHERE),
    ],
    "US": [
        ("OUTPUT", "Tax on Sales", "0", _SALES),
        ("TAX001", "Sales Tax 8.25%", "8.25", _SALES),
        ("INPUT", "Tax on Purchases", "0", _PURCHASES),
        ("NONE", "Tax Exempt", "0", _EVERYWHERE),
    ],
    "ZA": [
        ("OUTPUT3", "Standard Rate Sales", "15", _SALES),
        ("ZERORATED", "Zero Rate (Excluding Goods Exported)", "0", _SALES),
        ("ZERORATEDOUTPUT", "Zero Rate (only Exported Goods)", "0", _SALES),
        ("INPUT3", "Standard Rate Purchases", "15", _PURCHASES),
        ("CAPEXINPUT2", "Standard Rate Purchases (Capital Goods)", "15", "A"),
        ("NONE", "No VAT", "0", _EVERYWHERE),
    ],
}

#: What a tax type is reported as, where that isn't its own name.
_REPORTED_AS = (
    dict.fromkeys(["OUTPUT2", "OUTPUT3", "RROUTPUT", "TAX001"], "OUTPUT")
    | dict.fromkeys(["INPUT2", "INPUT3", "RRINPUT"], "INPUT")
    | dict.fromkeys(["DRCHARGE20", "DRCHARGE5"], "DRCHARGE")
    | dict.fromkeys(["DRCHARGESUPPLY20", "DRCHARGESUPPLY5"], "DRCHARGESUPPLY")
    | {
        "CAPEXINPUT2": "CAPEXINPUT",
        "ECZROUTPUT": "ECOUTPUT",
        "ECZROUTPUTSERVICES": "ECOUTPUTSERVICES",
        "ZERORATED": "ZERORATEDOUTPUT",
    }
)

# (Code, name, Type, Class, tax: S(ales) P(urchases) Z(ero) N(one), SystemAccount, Status)
_ACCOUNTS = [
    ("090", "Business Bank Account", "BANK", "ASSET", "N", "", "ACTIVE"),
    ("200", "Sales", "REVENUE", "REVENUE", "S", "", "ACTIVE"),
    ("205", "Sales (old shop)", "REVENUE", "REVENUE", "S", "", "ARCHIVED"),
    ("260", "Other Revenue", "REVENUE", "REVENUE", "S", "", "ACTIVE"),
    ("310", "Cost of Goods Sold", "DIRECTCOSTS", "EXPENSE", "P", "", "ACTIVE"),
    ("404", "Bank Fees", "EXPENSE", "EXPENSE", "N", "", "ACTIVE"),
    ("425", "Postage, Freight & Courier", "EXPENSE", "EXPENSE", "P", "", "ACTIVE"),
    ("429", "General Expenses", "EXPENSE", "EXPENSE", "P", "", "ACTIVE"),
    ("498", "Unrealised Currency Gains", "EXPENSE", "EXPENSE", "N", "UNREALISEDCURRENCYGAIN",
     "ACTIVE"),
    ("610", "Accounts Receivable", "CURRENT", "ASSET", "N", "DEBTORS", "ACTIVE"),
    ("630", "Inventory", "INVENTORY", "ASSET", "N", "", "ACTIVE"),
    ("800", "Accounts Payable", "CURRLIAB", "LIABILITY", "N", "CREDITORS", "ACTIVE"),
    ("820", "VAT", "CURRLIAB", "LIABILITY", "N", "GST", "ACTIVE"),
    ("860", "Rounding", "EXPENSE", "EXPENSE", "N", "ROUNDING", "ACTIVE"),
    ("970", "Owner A Share Capital", "EQUITY", "EQUITY", "N", "", "ACTIVE"),
]  # fmt: skip

#: The currencies that can be added, of the many that Xero knows.
CURRENCIES = {
    "GBP": "British Pound",
    "EUR": "Euro",
    "USD": "United States Dollar",
    "AUD": "Australian Dollar",
    "NZD": "New Zealand Dollar",
    "ZAR": "South African Rand",
    "AED": "United Arab Emirates Dirham",
    "BRL": "Brazilian Real",
    "CAD": "Canadian Dollar",
    "CHF": "Swiss Franc",
    "CNY": "Chinese Yuan Renminbi",
    "CZK": "Czech Koruna",
    "DKK": "Danish Krone",
    "HKD": "Hong Kong Dollar",
    "HUF": "Hungarian Forint",
    "IDR": "Indonesian Rupiah",
    "ILS": "Israeli New Shekel",
    "INR": "Indian Rupee",
    "JPY": "Japanese Yen",
    "KRW": "South Korean Won",
    "MXN": "Mexican Peso",
    "MYR": "Malaysian Ringgit",
    "NOK": "Norwegian Krone",
    "PHP": "Philippine Peso",
    "PLN": "Polish Zloty",
    "RON": "Romanian Leu",
    "SAR": "Saudi Riyal",
    "SEK": "Swedish Krona",
    "SGD": "Singapore Dollar",
    "THB": "Thai Baht",
    "TRY": "Turkish Lira",
}

ACTIONS = (
    "CreateApprovedInvoice CreateDraftPurchaseOrder CreateApprovedBill AttachFilesIntoInvoice"
    " UseMulticurrency CreateDraftInvoice CreateRepeatingInvoice CreateRepeatingBill"
    " CreateSentQuote CreateInvoicePayment CreateApprovedPurchaseOrder CreateDraftQuote"
    " CreateDraftBill"
).split()


def organisation(country: str, now_ms: int) -> Row:
    """The organisation, in Xero's words; lock dates are ``YYYY-MM-DD`` or None."""
    home = COUNTRIES[country]
    return {
        "Name": "Sandbox Trading Ltd",
        "LegalName": "Sandbox Trading Limited",
        "PaysTax": True,
        "Version": {"GB": "UK", "AU": "AUSTRALIA", "NZ": "NZ", "US": "US"}.get(country, "GLOBAL"),
        "OrganisationType": "COMPANY",
        "BaseCurrency": home["BaseCurrency"],
        "CountryCode": country,
        "IsDemoCompany": True,
        "OrganisationStatus": "ACTIVE",
        "TaxNumber": "GB 123456789" if country == "GB" else None,
        "FinancialYearEndDay": 31,
        "FinancialYearEndMonth": 3,
        "SalesTaxBasis": "ACCRUALS",
        "SalesTaxPeriod": "QUARTERLY",
        "DefaultSalesTax": "Tax Exclusive",
        "DefaultPurchasesTax": "Tax Exclusive",
        "PeriodLockDate": None,
        "EndOfYearLockDate": None,
        "CreatedDateUTC": now_ms,
        "OrganisationEntityType": "COMPANY",
        "Timezone": home["Timezone"],
        "ShortCode": "!sAnD8",
        "OrganisationID": TENANT_ID,
        "Edition": "BUSINESS",
        "Class": "PREMIUM",
        "Addresses": [],
        "Phones": [],
        "ExternalLinks": [],
        "PaymentTerms": {},
    }


def accounts(country: str, now_ms: int) -> list[Row]:
    """The chart of accounts."""
    home = COUNTRIES[country]
    tax = {"S": home["sales"], "P": home["purchases"], "N": _no_tax(country)}
    return [
        {
            "AccountID": fixed_id(f"account {code}"),
            "Code": code,
            "Name": name,
            "Status": status,
            "Type": kind,
            "TaxType": tax[tax_key],
            "Class": account_class,
            "SystemAccount": system or None,
            "EnablePaymentsToAccount": False,
            "ShowInExpenseClaims": False,
            "BankAccountNumber": "09012312345678" if kind == "BANK" else None,
            "BankAccountType": "BANK" if kind == "BANK" else "",
            "CurrencyCode": home["BaseCurrency"] if kind == "BANK" else None,
            "ReportingCode": account_class[:3],
            "HasAttachments": False,
            "UpdatedDateUTC": now_ms,
            "AddToWatchlist": False,
        }
        for code, name, kind, account_class, tax_key, system, status in _ACCOUNTS
    ]


def _no_tax(country: str) -> str:
    return "BASEXCLUDED" if country == "AU" else "NONE"


def tax_rates(country: str) -> list[Row]:
    """The default tax rates of a country."""
    tax = "VAT" if country in {"GB", "ZA"} else "GST" if country in {"AU", "NZ"} else "Tax"
    return [
        tax_rate(
            name=name,
            tax_type=tax_type,
            report_tax_type=_REPORTED_AS.get(tax_type, tax_type),
            classes=classes,
            components=[{"Name": tax, "Rate": Decimal(rate)}],
        )
        for tax_type, name, rate, classes in _TAX_RATES[country]
    ]


def tax_rate(
    *,
    name: str,
    tax_type: str,
    report_tax_type: str | None,
    classes: str,
    components: list[Row],
) -> Row:
    """A tax rate as it is kept, its rates with four decimals.

    Args:
        name: what people call it.
        tax_type: Xero's code for it.
        report_tax_type: what it is reported as, if that is known.
        classes: the account classes that it may go on, of R E A Q L.
        components: each with Name and Rate in percent; perhaps IsCompound: then it is also
            charged on the others.
    """
    simple = sum((each["Rate"] for each in components if not each.get("IsCompound")), Decimal(0))
    effective = simple
    for each in components:
        if each.get("IsCompound"):
            effective = effective + each["Rate"] * (100 + effective) / 100
    shown = sum((each["Rate"] for each in components), Decimal(0))
    return {
        "Name": name,
        "TaxType": tax_type,
        "ReportTaxType": report_tax_type,
        "CanApplyToAssets": "A" in classes,
        "CanApplyToEquity": "Q" in classes,
        "CanApplyToExpenses": "E" in classes,
        "CanApplyToLiabilities": "L" in classes,
        "CanApplyToRevenue": "R" in classes,
        "DisplayTaxRate": f"{shown:.4f}",
        "EffectiveRate": f"{effective:.4f}",
        "Status": "ACTIVE",
        "TaxComponents": [
            {
                "Name": each["Name"],
                "Rate": f"{each['Rate']:.4f}",
                "IsCompound": each.get("IsCompound", False),
                "IsNonRecoverable": each.get("IsNonRecoverable", False),
            }
            for each in components
        ],
    }


def account_classes(report_tax_type: str | None) -> str:
    """The account classes that a rate made by a person may go on, by what it is reported as."""
    reported = report_tax_type or ""
    if "OUTPUT" in reported:
        return _SALES
    return _PURCHASES if "INPUT" in reported else _EVERYWHERE


def currencies(country: str) -> list[Row]:
    """The currencies that the organisation has added: its own, sterling, euro and dollar."""
    codes = dict.fromkeys([COUNTRIES[country]["BaseCurrency"], "GBP", "EUR", "USD"])
    return [{"Code": code, "Description": CURRENCIES[code]} for code in codes]


def tracking_categories() -> list[Row]:
    """One active category with three options."""
    names = ["Online", "Shop", "Wholesale"]
    return [
        {
            "Name": "Channel",
            "Status": "ACTIVE",
            "TrackingCategoryID": fixed_id("tracking Channel"),
            "Options": [
                {
                    "TrackingOptionID": fixed_id(f"tracking Channel {name}"),
                    "Name": name,
                    "Status": "ACTIVE",
                    "HasValidationErrors": False,
                    "IsDeleted": False,
                    "IsArchived": False,
                    "IsActive": True,
                }
                for name in names
            ],
        }
    ]
