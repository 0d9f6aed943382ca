"""Imports: what became of the accounting side's documents, a row each.

Every method is one short transaction; what must hold between processes is in a `WHERE`.
"""

from .import_calls import SqlImportCalls
from .import_cursors import SqlImportCursors
from .import_decisions import SqlImportDecisions
from .import_history import ImportHistory


class SqlImports(SqlImportDecisions, SqlImportCalls, SqlImportCursors, ImportHistory):
    """Implements `ports.imports.ImportLedger`, with what pages and commands show."""
