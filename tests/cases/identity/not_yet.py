"""Cases that do not hold yet, each with what is missing. One that holds and is here is an error."""

NOT_YET: dict[str, str] = {
    # Whose clock.
    "account-in-another-zone": "nobody checks the account's zone",
    # A number is not an identity.
    "ledger-restored": "our own documents are taken for somebody else's",
    "ledger-restored-other-numbers": "our own documents are sent again",
    # Ways out.
    "prefix-frees-a-claimed-number": "a number that never got a document holds its order",
}
