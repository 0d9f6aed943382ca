"""The ledger as small ports, by what they are asked for.

A port is implemented by the file of the same name in ``plugin/database``, and nowhere else. The
sums of them: `ledger.Ledger` for exports, `ports.imports.ImportLedger` for imports, and
`ports.notifications.NoticeLedger` for what people are told. Every method is one short transaction.
"""
