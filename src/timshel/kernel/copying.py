"""Writing many rows at once by PostgreSQL's COPY, for imports that would take hours otherwise.

What is written are instances of models, so that defaults and conversions are those of any other
way of saving. Columns that the database computes itself are left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)

PLAIN = (
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.ForeignKey,
    models.IntegerField,
    models.TextField,
)


def copy_in(rows: Sequence[Row]) -> None:
    """Insert rows of one model, in their order, in the caller's transaction.

    Either all rows have a key (see :func:`next_keys`) or none has one; those without do not learn
    theirs.

    Args:
        rows: not saved yet.
    """
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 - public by documentation
    fields = [
        field
        for field in meta.concrete_fields
        if not field.generated and not (field.primary_key and rows[0].pk is None)
    ]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields if field.column)
    statement = f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN"
    readers = [_reader(field) for field in fields]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([read(row) for read in readers])


def _reader(field: models.Field[Any, Any]) -> Callable[[models.Model], Any]:
    """Return what gives the value of a field as the database takes it.

    Text, numbers, flags, moments and keys are taken as they stand, which is what saving would do
    with them, too, after a long way round.
    """
    if isinstance(field, PLAIN) and not getattr(field, "auto_now_add", False):
        return attrgetter(field.attname)
    return lambda row: field.get_db_prep_save(field.pre_save(row, add=True), connection)


def next_keys(model: type[models.Model], count: int) -> list[int]:
    """Take keys for new rows of a model from its sequence.

    Args:
        model: one whose key the database counts up.
        count: how many.
    """
    meta = model._meta  # noqa: SLF001 - public by documentation
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(meta.db_table), meta.pk.column, count],
        )
        return [key for (key,) in cursor.fetchall()]


def refresh_statistics() -> None:
    """Have the planner look at all tables, as after an import that multiplied them.

    Until then it plans for the tables as they were, and pages may be slow for minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
