"""Ports: what pipelines, services and adapters need of each other, as small Protocols.

Whoever implements one is held to the contract tests; the fakes in ``plugin/testing`` are too. A
port never hands out its own library's types or errors: only the domain's words and the errors of
``plugin/errors.py``.
"""
