"""The file of a certification audit: what is in it, and how it is written."""

from timshel.improvement.conformity.bundle.archive import Archive
from timshel.improvement.conformity.bundle.contents import Order, parts, steps

__all__ = ["Archive", "Order", "parts", "steps"]
