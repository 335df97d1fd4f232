"""Which services are confidential: their work is shared with nobody by those who asked for it.

The services belong to a later clause; ``timshel.reactions`` registers the query that tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, F, Func, QuerySet

Keys = QuerySet[Any, Any]

_confidential: list[Callable[[], Keys]] = []


def register(services: Callable[[], Keys]) -> None:
    """Say which services are confidential, as a query of their keys; harmless again."""
    _confidential[:] = [services]


class _Keys(ArraySubquery):
    """The keys of a query as an array in brackets, as ``ANY`` takes it."""

    template = "(ARRAY(%(subquery)s))"


class AmongArray(Func):
    """Whether a column is one of the keys of a query, which is read once and by itself.

    ``id = ANY (ARRAY(SELECT …))`` lets the database walk the index of the column for the few keys
    that come out, also beside other conditions in an OR; a semi-join cannot be put there.
    """

    template = "(%(expressions)s)"
    arg_joiner = " = ANY "
    output_field = BooleanField()

    def __init__(self, column: str, keys: Keys) -> None:
        super().__init__(F(column), _Keys(keys))


def of_confidential_service(column: str = "service_id") -> AmongArray:
    """Return whether work is of a confidential service, as a condition on its column."""
    (services,) = _confidential
    return AmongArray(column, services())


def is_confidential(service_id: int | None) -> bool:
    """Tell whether a service is confidential; no service is not. One query."""
    if service_id is None:
        return False
    (services,) = _confidential
    return services().filter(pk=service_id).exists()
