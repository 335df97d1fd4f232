"""What should not be promised although it could be written down: findings about a draft.

An error is a promise that contradicts itself or that nobody could ever keep; it blocks publishing.
A warning is something that people should know before they promise it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from itertools import pairwise

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from timshel.kernel.calendar import NeverOpen
from timshel.relationship_agreement.service_level.rules.comparable import (
    PRIORITIES,
    Promise,
    always_before,
    kinds_of,
    line_for,
    promises_of,
    scopes_of,
    words_of,
)
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.rules.fitting import (
    Finding,
    Severity,
    Surroundings,
    chain,
    overlaps,
    unkeepable,
    warning,
)
from timshel.relationship_agreement.service_level.rules.phrases import listed, target_name
from timshel.relationship_agreement.service_level.states import (
    KIND_NAMES,
    AgreementKind,
    ClockKind,
)


def findings(
    content: AgreementContent, *, code: str, around: Surroundings, at: datetime, today: date
) -> tuple[Finding, ...]:
    """Return what is not sound about a draft, errors first.

    Args:
        content: what the draft says; without faults.
        code: of its agreement.
        around: what it has to fit.
        at: now.
        today: the day of whoever asks.
    """
    if not content.targets and not content.goals:
        sentence = _("This agreement promises nothing yet. Add a target or a goal.")
        return (Finding(Severity.ERROR, "promises_nothing", "targets", sentence),)
    promises = promises_of(content, around.calendars)
    found = [
        *_closed_calendars(content, around, at=at),
        *_gaps(content, around),
        *_missing_kinds(content),
        *_order_of_clocks(promises, around),
        *_order_of_priorities(promises, around),
        *unkeepable(promises, around),
        *_attainments(content),
        *chain(content, promises, around),
        *overlaps(content, code, around, at=at),
        *_upkeep(content, today=today),
    ]
    return tuple(sorted(found, key=lambda each: each.severity is Severity.WARNING))


def _closed_calendars(
    content: AgreementContent, around: Surroundings, *, at: datetime
) -> Iterator[Finding]:
    for code in sorted({content.calendar, *(each.calendar for each in content.targets)} - {""}):
        hours = around.calendars.get(code)
        if hours is None:
            continue
        try:
            hours.calendar.next_opening(at)
        except NeverOpen:
            sentence = _("The calendar “%(calendar)s” does not open any more.")
            yield Finding(
                Severity.ERROR, "never_open", "calendar", sentence % {"calendar": hours.name}
            )


def _gaps(content: AgreementContent, around: Surroundings) -> Iterator[Finding]:
    """Yield priorities and services for which a kind has no target while others have one."""
    for kind in kinds_of(content):
        lines = [each for each in content.targets if each.kind is kind]
        general = [each for each in lines if not each.service and not each.offering]
        given = {"kind": KIND_NAMES[kind]}
        if not general:
            yield from _services_left_out(content, lines, around)
            continue
        missing = _missing_priorities(general)
        if missing:
            sentence = ngettext(
                "“%(kind)s” has no target for priority %(priorities)s, while others have one; "
                "the next agreement by the rule of precedence decides about it, or none.",
                "“%(kind)s” has no target for the priorities %(priorities)s, while others have "
                "one; the next agreement by the rule of precedence decides about them, or none.",
                len(missing),
            )
            priorities = ", ".join(map(str, missing))
            yield warning(
                "priority_without_target", "targets", sentence % {**given, "priorities": priorities}
            )


def _missing_priorities(lines: Sequence[TargetContent]) -> list[int]:
    if any(each.priority is None for each in lines):
        return []
    return [each for each in PRIORITIES if each not in {line.priority for line in lines}]


def _services_left_out(
    content: AgreementContent, lines: Sequence[TargetContent], around: Surroundings
) -> Iterator[Finding]:
    named = {each.service for each in lines}
    left = [code for code in content.services if code not in named]
    if left or not content.services:
        names = listed(around.names.services.get(code, code) for code in left)
        sentence = (
            _("“%(kind)s” has targets for single services alone, and none for %(services)s.")
            if left
            else _("“%(kind)s” has targets for single services alone, and none for the others.")
        )
        given = {"kind": KIND_NAMES[lines[0].kind], "services": names}
        yield warning("service_without_target", "targets", sentence % given)


def _missing_kinds(content: AgreementContent) -> Iterator[Finding]:
    if content.kind is not AgreementKind.SERVICE or not content.targets:
        return
    kinds = kinds_of(content)
    if ClockKind.RESPOND not in kinds:
        yield warning(
            "respond_missing", "targets", _("Nothing says how soon somebody answers at first.")
        )
    if ClockKind.RESOLVE not in kinds and ClockKind.FULFIL not in kinds:
        yield warning("resolve_missing", "targets", _("Nothing says how soon it is to work again."))


def _order_of_clocks(promises: Sequence[Promise], around: Surroundings) -> Iterator[Finding]:
    """Yield where something is to work again before anybody has to answer."""
    told = set()
    for scope in scopes_of(promises):
        for priority in PRIORITIES:
            respond = line_for(promises, ClockKind.RESPOND, priority, scope)
            resolve = line_for(promises, ClockKind.RESOLVE, priority, scope)
            if respond is None or resolve is None or (respond.target, resolve.target) in told:
                continue
            told.add((respond.target, resolve.target))
            if always_before(resolve, respond):
                sentence = _("“%(resolve)s” (%(short)s) ends before “%(respond)s” (%(long)s).") % {
                    "resolve": target_name(resolve.target, around.names),
                    "short": words_of(resolve),
                    "respond": target_name(respond.target, around.names),
                    "long": words_of(respond),
                }
                yield Finding(Severity.ERROR, "resolve_before_respond", "targets", sentence)


def _order_of_priorities(promises: Sequence[Promise], around: Surroundings) -> Iterator[Finding]:
    """Yield where what comes first gets longer than what comes after it."""
    for scope in scopes_of(promises):
        for kind in ClockKind:
            lines = [line_for(promises, kind, each, scope) for each in PRIORITIES]
            present = [each for each in lines if each is not None]
            for first, second in pairwise(present):
                if first is not second and always_before(second, first):
                    sentence = _("“%(first)s” (%(long)s) is longer than “%(second)s” (%(short)s).")
                    given = {
                        "first": target_name(first.target, around.names),
                        "long": words_of(first),
                        "second": target_name(second.target, around.names),
                        "short": words_of(second),
                    }
                    yield warning("priorities_out_of_order", "targets", sentence % given)


def _attainments(content: AgreementContent) -> Iterator[Finding]:
    """Yield kinds where some targets say how many are to be in time and others do not."""
    for kind in kinds_of(content):
        lines = [each for each in content.targets if each.kind is kind]
        silent = [each for each in lines if each.attainment_percent is None]
        if silent and len(silent) < len(lines):
            sentence = _(
                "Some targets of “%(kind)s” say how many of a hundred are to be in time, and "
                "others do not."
            )
            yield warning("attainment_missing", "targets", sentence % {"kind": KIND_NAMES[kind]})


def _upkeep(content: AgreementContent, *, today: date) -> Iterator[Finding]:
    if content.review_date is not None and content.review_date <= today:
        yield warning("review_past", "review_date", _("The date of its review has passed."))
    if content.review_date is None:
        yield warning("review_missing", "review_date", _("Nothing says when to look at it again."))
    if content.owner_id is None:
        yield warning("owner_missing", "owner", _("Nobody answers for this agreement."))
    if content.is_option and content.price is None:
        yield warning(
            "price_missing", "price", _("Customers may choose this, but it has no price.")
        )
    named = {each.kind.value for each in content.targets}
    if any(rule.clock_kind and rule.clock_kind not in named for rule in content.escalations):
        sentence = _("An escalation is about a clock for which nothing is promised here.")
        yield warning("escalation_without_target", "escalations", sentence)
