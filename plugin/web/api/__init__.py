"""The JSON API below ``/api/v1``: one module a resource, none of them yet.

A resource asks the function of `services` that its command asks, and answers what
`services.serializers` make of it, so that an answer has the form of the command's ``--json``.
"""
