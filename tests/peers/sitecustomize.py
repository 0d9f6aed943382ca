"""Makes the programs trust the certificate of the front, and no other.

Python loads this file at its start, before the program. Most programs could be told by settings of
their own; tap-xero asks certifi alone, so all are told here.
"""

import os

import certifi

certifi.where = lambda: os.environ["SSL_CERT_FILE"]
