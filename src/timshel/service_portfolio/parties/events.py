"""Facts about suppliers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SupplierCreated:
    """A supplier is known from now on."""

    supplier_id: int
    code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SupplierChanged:
    """A supplier is called or reached otherwise, or is no longer worked with."""

    supplier_id: int
    code: str
    at: datetime
