"""Client invoices: from a fulfilment house into the target."""
