"""What every implementation of a port must pass: subclass the suite and give it one fixture."""
