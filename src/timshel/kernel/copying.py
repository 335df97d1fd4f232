"""Writing many rows at once by PostgreSQL's COPY, for imports that would take hours otherwise.

What is written are instances of models, so that defaults and conversions are those of any other
way of saving. Columns that the database computes itself are left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, cast

from django.db import connection, models

if TYPE_CHECKING:
    AnyField: TypeAlias = models.Field[Any, Any]

Row = TypeVar("Row", bound=models.Model)

PLAIN = (
    models.BooleanField,
    models.CharField,
    models.DateTimeField,
    models.DurationField,
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
    _copy(rows, fields, into=connection.ops.quote_name(meta.db_table))


def copy_over(rows: Sequence[Row], names: Sequence[str]) -> None:
    """Write some fields of stored rows of one model anew, in the caller's transaction.

    Args:
        rows: each with its key, and none twice.
        names: of the fields.
    """
    if not rows:
        return
    meta = rows[0]._meta  # noqa: SLF001 - public by documentation
    fields = [cast("AnyField", meta.get_field(name)) for name in names]
    quote = connection.ops.quote_name
    table, key = quote(meta.db_table), quote(meta.pk.column or "id")
    passing = quote(f"new_{meta.db_table}")
    columns = [quote(field.column) for field in fields if field.column]
    values = ", ".join(f"{column} = new.{column}" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE {passing} ON COMMIT DROP AS"
            f" SELECT {key}, {', '.join(columns)} FROM {table} WITH NO DATA"
        )
        _copy(rows, [meta.pk, *fields], into=passing)
        cursor.execute(
            f"UPDATE {table} AS old SET {values} FROM {passing} AS new WHERE old.{key} = new.{key}"
        )
        cursor.execute(f"DROP TABLE {passing}")


def _copy(rows: Sequence[models.Model], fields: Sequence[AnyField], *, into: str) -> None:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields if field.column)
    statement = f"COPY {into} ({columns}) FROM STDIN"
    readers = [_reader(field) for field in fields]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row([read(row) for read in readers])


def _reader(field: AnyField) -> Callable[[models.Model], Any]:
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

    Until then it plans for the tables as they were, and pages may be slow for minutes. Each is
    named, since whoever looks at all keeps others of the same server from looking at what the
    databases of a server share, until its transaction ends.
    """
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        names = ", ".join(connection.ops.quote_name(each) for each in tables)
        cursor.execute(f"ANALYZE {names}")
