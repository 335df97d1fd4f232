"""Turning the database's "there is one already" into a refusal that names the field.

Asking first and writing afterwards leaves a gap in which someone else may write; the unique
constraint has none, so its answer is the one that counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import IntegrityError, transaction

from timshel.kernel.errors import Invalid, Text


@contextmanager
def refusing_duplicates(messages: Mapping[str, Text]) -> Iterator[None]:
    """Run a block in a savepoint and refuse what breaks a unique constraint.

    Args:
        messages: for each field that must be unique, what to tell; a constraint belongs to the
            first field whose name is part of the constraint's name.

    Raises:
        Invalid: a unique constraint of one of the fields was broken. Other breaches of integrity
            pass through, since they are faults.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = _unique_constraint(error)
        for field, message in messages.items():
            if field in constraint:
                raise Invalid({field: [message]}) from error
        raise


def _unique_constraint(error: IntegrityError) -> str:
    """Return the name of the broken unique constraint, or nothing for another breach."""
    cause = error.__cause__
    diagnosis = getattr(cause, "diag", None)
    is_unique = getattr(cause, "sqlstate", "") == "23505"
    return str(getattr(diagnosis, "constraint_name", "") or "") if is_unique else ""
