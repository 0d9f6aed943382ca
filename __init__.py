"""Takes orders from Mintsoft into Xero and never loses, doubles or distorts one.

Importing this package is cheap on purpose: a host reads ``manifest.json`` and calls
``plugin.register:register``; the command line starts at ``plugin.__main__``.
"""

__version__ = "0.1.0"
