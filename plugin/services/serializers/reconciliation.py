"""A reconciliation as programs read it; the ledger keeps the same."""

from ...database.reconciliation_json import result_to_json as reconciliation

__all__ = ["reconciliation"]
