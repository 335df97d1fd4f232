"""Which services are confidential: their work is shared with nobody by those who asked for it.

The services belong to a later clause; ``timshel.reactions`` registers the query that tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler

Keys = QuerySet[Any, Any]

_confidential: list[Callable[[], Keys]] = []


def register(services: Callable[[], Keys]) -> None:
    """Say which services are confidential, as a query of their keys; harmless again."""
    _confidential[:] = [services]


class AmongArray(Func):
    """Whether a column is one of the keys of a query, which is read once and by itself.

    ``id = ANY(ARRAY(SELECT …))`` lets the database walk the index of the column for the few keys
    that come out, also beside other conditions in an OR; a semi-join cannot be put there.
    """

    output_field = BooleanField()

    def __init__(self, column: str, keys: Keys) -> None:
        super().__init__(F(column), ArraySubquery(keys))

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_more: Any
    ) -> tuple[str, list[Any]]:
        """Return the comparison; PostgreSQL takes the array in brackets only."""
        del connection
        column, keys = self.get_source_expressions()
        left, left_values = compiler.compile(column)
        right, right_values = compiler.compile(keys)
        return f"{left} = ANY({right})", [*left_values, *right_values]


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
