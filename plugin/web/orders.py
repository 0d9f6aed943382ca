"""The orders page: where each order is, why, and what is in Xero. It reads the ledger only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from ..domain.connection import Connection
from ..domain.export import Export, ExportState
from ..errors import SettingsError
from ..ledger.pages import Page
from .guard import needs
from .site import current_user, site
from .users import Role
