"""A walk through Mintsoft's own guide to its Xero integration: each sentence is a promise here."""
