"""The Xero sandbox: a local Xero that computes, refuses and fails as the real one does.

What it does and how sure one can be of it stands in xero.md; its sections are named beside the
code. Where to look: `app` builds it, `api` answers a call, one file per resource (`invoices`,
`contacts`, ...), `kinds` says how documents are found, `documents` what their paths have in
common, `document_write`, `invoice_write` and `invoice_lines` hold the rules of a write,
`arithmetic` the money, `messages` Xero's words, `identity` and `tokens` OAuth; then `limits`,
`faults`, `webhooks`, `control` and `page`.
"""

from .app import create_app, seed_invoice

__all__ = ["create_app", "seed_invoice"]
