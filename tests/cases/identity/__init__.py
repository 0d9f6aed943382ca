"""Cases of identity, access and time around an order, played by a person's commands."""
