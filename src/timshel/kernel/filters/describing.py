"""A filter in words, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.kernel.filters.fields import NO_VALUE, YES, Asker, Field, FieldKind, Registry
from timshel.kernel.filters.moments import moment_words
from timshel.kernel.filters.structure import Condition, Filter, Operator

OPERATOR_NAMES: dict[Operator, Promise] = {
    Operator.IS: gettext_lazy("is"),
    Operator.IS_NOT: gettext_lazy("is not"),
    Operator.EMPTY: gettext_lazy("is empty"),
    Operator.GIVEN: gettext_lazy("is given"),
    Operator.AT_LEAST: gettext_lazy("is at least"),
    Operator.AT_MOST: gettext_lazy("is at most"),
    Operator.BEFORE: gettext_lazy("is before"),
    Operator.UNTIL: gettext_lazy("is until"),
    Operator.ON: gettext_lazy("is on or within"),
    Operator.SINCE: gettext_lazy("is from"),
    Operator.AFTER: gettext_lazy("is after"),
    Operator.CONTAINS: gettext_lazy("contain"),
    Operator.LACKS: gettext_lazy("do not contain"),
}
_SENTENCES: dict[Operator, Promise] = {
    Operator.IS: gettext_lazy("%(field)s: %(value)s"),
    Operator.IS_NOT: gettext_lazy("%(field)s: not %(value)s"),
    Operator.EMPTY: gettext_lazy("%(field)s: none"),
    Operator.GIVEN: gettext_lazy("%(field)s: any at all"),
    Operator.AT_LEAST: gettext_lazy("%(field)s: at least %(value)s"),
    Operator.AT_MOST: gettext_lazy("%(field)s: at most %(value)s"),
    Operator.BEFORE: gettext_lazy("%(field)s: before %(value)s"),
    Operator.UNTIL: gettext_lazy("%(field)s: until %(value)s"),
    Operator.ON: gettext_lazy("%(field)s: %(value)s"),
    Operator.SINCE: gettext_lazy("%(field)s: from %(value)s on"),
    Operator.AFTER: gettext_lazy("%(field)s: after %(value)s"),
    Operator.CONTAINS: gettext_lazy("%(field)s: “%(value)s”"),
    Operator.LACKS: gettext_lazy("%(field)s: without “%(value)s”"),
}
MOST_NAMED = 4


def condition_words(asked: Condition, registry: Registry, asker: Asker) -> str:
    """Return a condition in words, such as "Priority: Critical or High".

    Args:
        asked: the condition; of a field that is no longer there, its key is shown.
        registry: the fields there are.
        asker: who reads, and when.
    """
    known = registry.get(asked.field)
    if known is None:
        return _("%(field)s: no longer known") % {"field": asked.field}
    if known.kind is FieldKind.FLAG:
        return str(known.label if asked.values == (YES,) else known.not_label or known.label)
    value = "" if asked.operator in NO_VALUE else _values(known, asked, asker)
    return str(_SENTENCES[asked.operator]) % {"field": known.label, "value": value}


def _values(known: Field, asked: Condition, asker: Asker) -> str:
    if known.kind is FieldKind.MOMENT:
        return moment_words(asked.values[0], zone=asker.actor.time_zone)
    if known.kind is not FieldKind.CHOICE:
        return asked.values[0]
    names = known.value_names(asked.values, asker)
    shown = [names.get(value, value) for value in asked.values[:MOST_NAMED]]
    more = len(asked.values) - len(shown)
    if more:
        shown.append(_("%(count)d more") % {"count": more})
    return either(shown)


def either(words: Sequence[str]) -> str:
    """Return words of which any will do, as in "a, b or c"."""
    if len(words) < 2:
        return "".join(words)
    listed = ", ".join(words[:-1])
    return _("%(several)s or %(last)s") % {"several": listed, "last": words[-1]}


def filter_words(wanted: Filter, registry: Registry, asker: Asker) -> list[str]:
    """Return a filter in words: what holds, any of what, and none of what.

    Args:
        wanted: the filter.
        registry: the fields there are.
        asker: who reads, and when.
    """
    found = [condition_words(each, registry, asker) for each in wanted.all]
    if wanted.any:
        some = [condition_words(each, registry, asker) for each in wanted.any]
        found.append(either(some))
    if wanted.none:
        none = [condition_words(each, registry, asker) for each in wanted.none]
        found.append(_("None of: %(conditions)s") % {"conditions": "; ".join(none)})
    return found
