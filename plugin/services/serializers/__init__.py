"""Serializers: the JSON of each answer, the same for ``--json`` and for the API (docs/schemas)."""
