"""What a scope statement must be like, and how it differs from the records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from timshel.context.issue.rules import needed_faults
from timshel.context.organization.rules import code_faults
from timshel.context.scope.states import RECORDED, Gap, ItemKind
from timshel.kernel.errors import Text
from timshel.kernel.text import text_faults

VIEW = "context.view"
MANAGE = "context.manage"
LONGEST_STATEMENT = 5_000
LONGEST_NAME = 200
LONGEST_REASON = 500
LONGEST_CODE = 80
MOST_ITEMS = 500


@dataclass(frozen=True, slots=True)
class CoveredItem:
    """A record that the management system covers; the name is how it was called then."""

    kind: ItemKind
    code: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """What is left out, and why; only what is no record has no code, but a name."""

    kind: ItemKind
    code: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class ScopeContent:
    """What a scope statement says.

    Args:
        statement: in a sentence or two, what the management system is for.
        technology: which technology is used to provide the services.
        items: the services, units, sites and customers that it covers.
        exclusions: what it leaves out.
    """

    statement: str
    technology: str = ""
    items: tuple[CoveredItem, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()

    @property
    def named(self) -> tuple[CoveredItem | Exclusion, ...]:
        """All that it covers or leaves out."""
        return (*self.items, *self.exclusions)


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record as it stands now; ``above`` are the codes of the units that a unit belongs to."""

    name: str
    above: frozenset[str] = frozenset()


Records = Mapping[ItemKind, Mapping[str, Recorded]]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place where the statement and the records differ."""

    kind: ItemKind
    code: str
    name: str
    gap: Gap


def content_faults(content: ScopeContent) -> dict[str, list[Text]]:
    """Return what is wrong with a statement by itself, by field."""
    return {
        "statement": needed_faults(
            content.statement,
            missing=_("Say in a sentence what the management system is for."),
            longest=LONGEST_STATEMENT,
        ),
        "technology": text_faults(content.technology, longest=LONGEST_STATEMENT),
        "items": _item_faults(content.items),
        "exclusions": _exclusion_faults(content),
    }


def differences(
    items: Iterable[CoveredItem], exclusions: Iterable[Exclusion], *, records: Records
) -> tuple[Difference, ...]:
    """Return what is there but neither covered nor left out, and what is covered but gone.

    A unit that is covered or left out takes everything below it along.

    Args:
        items: what the statement covers.
        exclusions: what it leaves out.
        records: what there is now, by kind and code; a kind that is missing is not compared.
    """
    covered, left_out = list(items), list(exclusions)
    found: list[Difference] = []
    for kind in RECORDED:
        if kind not in records:
            continue
        there = records[kind]
        named = {each.code for each in covered if each.kind is kind}
        named |= {each.code for each in left_out if each.kind is kind}
        missing = [
            Difference(kind, code, each.name, Gap.NOT_COVERED)
            for code, each in there.items()
            if code not in named and not each.above & named
        ]
        gone = [
            Difference(kind, each.code, each.name, Gap.GONE)
            for each in covered
            if each.kind is kind and each.code not in there
        ]
        for group in (missing, gone):
            found += sorted(group, key=lambda each: (each.name.casefold(), each.code))
    return tuple(found)


def _item_faults(items: tuple[CoveredItem, ...]) -> list[Text]:
    if not items:
        return [_("Name at least one service, unit, site or customer.")]
    if len(items) > MOST_ITEMS:
        return [_("At most %(count)d are possible.") % {"count": MOST_ITEMS}]
    if any(each.kind is ItemKind.OTHER for each in items):
        return [_("Services, units, sites and customers can be covered.")]
    faults = (
        fault
        for each in items
        for fault in (
            *code_faults(each.code, longest=LONGEST_CODE),
            *text_faults(each.name, longest=LONGEST_NAME),
        )
    )
    return list(dict.fromkeys(faults))


def _exclusion_faults(content: ScopeContent) -> list[Text]:
    covered = {(each.kind, each.code) for each in content.items}
    if len(content.exclusions) > MOST_ITEMS:
        return [_("At most %(count)d are possible.") % {"count": MOST_ITEMS}]
    faults: list[Text] = []
    for each in content.exclusions:
        if not each.reason.strip():
            faults.append(_("Say why it is left out."))
        if not (each.code if each.kind is not ItemKind.OTHER else each.name.strip()):
            faults.append(_("Say what is left out."))
        if each.code and (each.kind, each.code) in covered:
            faults.append(_("%(code)s cannot be covered and left out.") % {"code": each.code})
        if each.code and each.kind is not ItemKind.OTHER:
            faults += code_faults(each.code, longest=LONGEST_CODE)
        faults += text_faults(each.reason, longest=LONGEST_REASON)
        faults += text_faults(each.name, longest=LONGEST_NAME)
    return list(dict.fromkeys(faults))
