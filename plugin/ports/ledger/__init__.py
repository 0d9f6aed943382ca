"""The ledger as small ports, by what they are asked for; `Ledger` (``ledger.py``) is their sum.

A port is implemented by the file of the same name in ``plugin/database``, and nowhere else.
Every method is one short transaction.
"""
