"""What notices need: the ledger, and who hands over each kind of them."""

from ...ports.notifications import NotificationContext
from ..container import Container


def notify_parts(plugin: Container) -> NotificationContext:
    """What the flow of notices needs: ``notify(notify_parts(plugin), ...)``.

    Raises:
        SettingsError: MINTSOFT_XERO_SMTP_URL is wrong.
    """
    return NotificationContext(ledger=plugin.ledger, senders=plugin.senders, clock=plugin.clock)
