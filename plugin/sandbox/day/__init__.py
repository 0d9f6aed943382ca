"""A realistic day of Mintsoft orders with its answer key: `make_day` is the way in."""

from .day import Day, Expected, empty_day
from .make import make_day

__all__ = ["Day", "Expected", "empty_day", "make_day"]
