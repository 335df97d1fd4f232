"""Structured filters: what selects among many records, kept as data and turned into SQL.

A filter is three lists of conditions: all of the first must hold, any of the second, none of the
third. A condition is a field, an operator and values. Which fields there are, which values they
take and what of a row they look at is said by a :class:`Registry`, so that this package knows no
word of the domain. A filter is read with sentences for what is wrong, described in words, written
as JSON and as parts of an address, and becomes one condition of a query.
"""

from timshel.kernel.filters.describing import condition_words, filter_words
from timshel.kernel.filters.fields import Asker, Choice, Field, FieldKind, Registry
from timshel.kernel.filters.notation import from_address, plain, read_filter, to_address
from timshel.kernel.filters.structure import EVERYTHING, GROUPS, Condition, Filter, Operator

__all__ = [
    "EVERYTHING",
    "GROUPS",
    "Asker",
    "Choice",
    "Condition",
    "Field",
    "FieldKind",
    "Filter",
    "Operator",
    "Registry",
    "condition_words",
    "filter_words",
    "from_address",
    "plain",
    "read_filter",
    "to_address",
]
