"""The account that the day's orders belong to: statuses, channels, clients and the like.

Raw JSON as the API answers it, every property present (mintsoft.md 2.2 and 3). All companies,
streets and numbers are invented.
"""

from typing import Any

Document = dict[str, Any]

#: Every status by its id; all but INVOICED and INVOICEFAILED are shown outside under their name.
STATUS_NAMES = {
    1: "NEW",
    2: "PRINTED",
    3: "CANCELLED",
    4: "DESPATCHED",
    5: "INVOICED",
    6: "INVOICEFAILED",
    7: "HOLDING",
    8: "FAILED",
    9: "ONBACKORDER",
    10: "AWAITINGCONFIRMATION",
    11: "AWAITINGDOCUMENTATION",
    12: "AWAITINGPAYMENT",
    13: "QUERYRAISED",
    14: "PACKANDHOLD",
    15: "AWAITINGPICKING",
    16: "PICKINGSTARTED",
    17: "PICKED",
    18: "FRAUDRISK",
    19: "PICKINGSKIPPED",
    20: "PACKED",
    21: "AWAITINGREPLEN",
    22: "PROCESSING",
    23: "REBINNED",
}
STATUS_IDS = {name: number for number, name in STATUS_NAMES.items()}
#: Despatched or later: DESPATCHED, INVOICED, INVOICEFAILED (mintsoft.md 2.2).
DESPATCHED_STATUSES = frozenset({4, 5, 6})


def stamped(number: int, **values: Any) -> Document:
    """A record with the three properties that end every Mintsoft record."""
    return {
        **values,
        "ID": number,
        "LastUpdated": "2024-02-05T09:12:44.17",
        "LastUpdatedByUser": "SYSTEM",
    }


def _channel(number: int, name: str) -> Document:
    return stamped(number, Name=name, Description=None, Active=True, Logo=None, ClientId=None)


def _client(number: int, code: str, name: str, vat_number: str) -> Document:
    return stamped(
        number,
        ShortName=code,
        Name=name,
        Code=code,
        BrandName=name,
        ContactName="Accounts",
        ContactNumber="01632 960100",
        AddressLine1=f"Unit {number}, Mill Lane",
        AddressLine2=None,
        AddressLine3=None,
        Town="Anytown",
        County=None,
        Postcode="ZZ1 1AA",
        PPINumber=None,
        VATNumber=vat_number,
        EORINumber=None,
        UKIMSNumber=None,
        VOECNumber=None,
        DefaultMIDCode=None,
        VatExempt=False,
        NIREORINumber=None,
        IOSSNumber=None,
        CountryId=1,
        ContactEmail=f"accounts@{code.lower()}.example",
        PackagingInstructions=None,
        CurrencyId=1,
        Active="True",
        OnStop=False,
        AccountingIntegrationType="Xero",
        CustomerRegistrationNumber=None,
    )


def _warehouse(number: int, code: str, name: str) -> Document:
    return stamped(
        number,
        Name=name,
        Code=code,
        Details=None,
        AllowTransfersIn=True,
        AllowAllocatedTransfers=False,
        AllowUnassignedLocations=False,
        AllocateBasedOnLocationTypePriority=False,
        IncludeAllocatedStockInReplenPoint=False,
        VerifyLocationsWhenPicking=True,
        Active=True,
        Type="Standard",
        PrependWarehouseName=False,
        AddressLine1=f"{number} Dock Road",
        AddressLine2=None,
        City="Anytown",
        County=None,
        PostCode="ZZ2 2BB",
        CompanyName=None,
        ContactName=None,
        ContactNumber=None,
        ContactEmail=None,
        CountryId=1,
        ClientId=None,
        WarehouseReferenceFields=[],
    )


def _courier_service(number: int, name: str, kind: int) -> Document:
    return stamped(
        number,
        CourierServiceTypeId=kind,
        Name=name,
        TrackingURL="https://track.example/{TrackingNumber}",
        ActiveB=True,
    )


STATUSES = tuple(
    stamped(
        number,
        Name=name,
        ExternalName="DESPATCHED" if number in DESPATCHED_STATUSES else name,
    )
    for number, name in STATUS_NAMES.items()
)

SHOPIFY, AMAZON, EBAY, WHOLESALE, PHONE = CHANNELS = (
    _channel(7, "Shopify"),
    _channel(8, "Amazon"),
    _channel(9, "eBay"),
    _channel(10, "Wholesale portal"),
    _channel(11, "Phone"),
)

CLIENTS = (
    _client(3, "ACME", "Acme Homeware Ltd", "GB000000303"),
    _client(5, "FERN", "Fern & Field Ltd", "GB000000505"),
    _client(8, "JUNI", "Juniper Kids Ltd", "GB000000808"),
)

WAREHOUSES = (_warehouse(3, "MAIN", "Main warehouse"), _warehouse(4, "NORTH", "North warehouse"))

GBP, EUR, USD, SEK = CURRENCIES = (
    stamped(1, Name="Pound Sterling", Code="GBP", Symbol="£"),
    stamped(2, Name="Euro", Code="EUR", Symbol="€"),
    stamped(3, Name="US Dollar", Code="USD", Symbol="$"),
    stamped(4, Name="Swedish Krona", Code="SEK", Symbol="kr"),
)

UNITED_KINGDOM, IRELAND, GERMANY, FRANCE, UNITED_STATES, SWEDEN, JAPAN = COUNTRIES = (
    stamped(1, Name="United Kingdom", Code="GB", Code3="GBR"),
    stamped(2, Name="Ireland", Code="IE", Code3="IRL"),
    stamped(3, Name="Germany", Code="DE", Code3="DEU"),
    stamped(4, Name="France", Code="FR", Code3="FRA"),
    stamped(5, Name="United States", Code="US", Code3="USA"),
    stamped(6, Name="Sweden", Code="SE", Code3="SWE"),
    stamped(7, Name="Japan", Code="JP", Code3="JPN"),
)

COURIER_SERVICES = (
    _courier_service(12, "DPD Next Day", 1),
    _courier_service(13, "Royal Mail Tracked 48", 1),
    _courier_service(14, "Evri Standard", 1),
    _courier_service(21, "FedEx International Economy", 2),
)
