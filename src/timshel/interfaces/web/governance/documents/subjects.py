"""What documents are about: one service, customer or process, chosen and shown by its name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from timshel.interfaces.web.filters import Choices
from timshel.interfaces.web.governance.customer_names import customer_names
from timshel.kernel.actor import Actor
from timshel.leadership.process_profile.queries import process_choices
from timshel.service_portfolio.service.queries import names_by_code, service_choices
from timshel.support.documentation.queries import About
from timshel.support.documentation.states import ABOUT_GROUPS, ABOUT_NAMES, AboutKind

Names = Mapping[About, str]
NOTHING = About(AboutKind.NONE, "")


def value_of(about: About) -> str:
    """Return what forms send for something that a document is about."""
    return "" if about == NOTHING else f"{about.kind}:{about.code}"


def about_of(value: str) -> About:
    """Return what a form sent; nothing for what none can have offered."""
    kind, _colon, code = value.partition(":")
    return About(AboutKind(kind), code) if kind in ABOUT_GROUPS else NOTHING


def names_of(abouts: Iterable[About], *, actor: Actor, at: datetime) -> Names:
    """Return what is called how; a query for each kind. What has no name goes by its code."""
    codes = defaultdict(set)
    for each in abouts:
        codes[each.kind].add(each.code)
    names: dict[About, str] = {}
    for kind, wanted in codes.items():
        known = _names(kind, wanted, actor=actor, at=at)
        names |= {About(kind, code): known.get(code, code) for code in wanted}
    return names


def all_choices(*, also: About, actor: Actor, at: datetime) -> Choices:
    """Return everything that a document can be about; three queries.

    Args:
        also: what stands there already, even where it is gone.
        actor: who chooses.
        at: now.
    """
    found = {
        AboutKind.SERVICE: service_choices(language=actor.language),
        AboutKind.CUSTOMER: list(customer_names(actor=actor).items()),
        AboutKind.PROCESS: process_choices(actor=actor, at=at, but=""),
    }
    names = {About(kind, code): name for kind, rows in found.items() for code, name in rows}
    if also != NOTHING and also not in names:
        names |= names_of([also], actor=actor, at=at)
    return [("", ABOUT_NAMES[AboutKind.NONE]), *grouped(names)]


def grouped(names: Names) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what documents are about in groups by kind, each by name."""
    groups = defaultdict(list)
    for each, name in sorted(names.items(), key=lambda pair: pair[1].casefold()):
        groups[each.kind].append((value_of(each), name))
    return [(str(label), groups[kind]) for kind, label in ABOUT_GROUPS.items() if kind in groups]


def _names(
    kind: AboutKind, codes: Iterable[str], *, actor: Actor, at: datetime
) -> Mapping[str, str]:
    if kind is AboutKind.SERVICE:
        return names_by_code(list(codes), language=actor.language)
    if kind is AboutKind.CUSTOMER:
        return customer_names(actor=actor)
    if kind is AboutKind.PROCESS:
        return dict(process_choices(actor=actor, at=at, but=""))
    return {}
