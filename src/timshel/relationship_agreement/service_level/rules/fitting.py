"""Whether a draft fits what surrounds it: those who would keep it, the agreements beside it and
beneath it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from timshel.kernel.calendar import BusinessCalendar
from timshel.relationship_agreement.service_level.rules.comparable import (
    PRIORITIES,
    WEEK,
    Hours,
    Promise,
    always_before,
    line_for,
    promises_of,
    usual,
    words_of,
)
from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.phrases import Names, listed, target_name
from timshel.relationship_agreement.service_level.states import AgreementKind, ClockKind

NOTHING = timedelta(0)


class Severity(StrEnum):
    """How much a finding weighs: an error blocks publishing, a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not sound about a draft.

    Args:
        severity: whether it blocks publishing.
        code: what it is known by, for programs.
        field: of the draft, as in faults.
        sentence: what is not sound and why, for people.
    """

    severity: Severity
    code: str
    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who would have to keep a promise, and when they work."""

    name: str
    hours: Hours


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another agreement, in force or decided.

    Args:
        code: of the agreement.
        content: what it says.
        valid_from: since when.
        serves: for time with one team, whether that team supports anything the draft covers.
    """

    code: str
    content: AgreementContent
    valid_from: datetime
    serves: bool = True


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a draft has to fit.

    Args:
        calendars: by code; those that the draft and its neighbours name.
        keepers: who would have to keep it, as far as their hours are known.
        neighbours: the other agreements.
        offered_by: the service of each offering, by codes.
        names: of all that is named.
    """

    calendars: Mapping[str, Hours]
    keepers: tuple[Keeper, ...] = ()
    neighbours: tuple[Neighbour, ...] = ()
    offered_by: Mapping[str, str] | None = None
    names: Names = field(default_factory=Names)


def warning(code: str, field: str, sentence: str) -> Finding:
    """Return a finding that does not block publishing."""
    return Finding(Severity.WARNING, code, field, sentence)


def unkeepable(promises: Sequence[Promise], around: Surroundings) -> Iterator[Finding]:
    """Yield where whoever would have to keep a promise is closed until it has run out.

    Of each kind of clock the worst target is told, or a page of the same would hide the rest.
    """
    worst: dict[tuple[ClockKind, str], tuple[Promise, Keeper, list[datetime]]] = {}
    for promise in promises:
        ends = [(start, promise.ends(start)) for start in WEEK]
        for keeper in around.keepers:
            missed = _missed(ends, usual(keeper.hours.calendar))
            key = promise.target.kind, keeper.name
            if missed and (key not in worst or len(missed) > len(worst[key][2])):
                worst[key] = promise, keeper, missed
    for promise, keeper, missed in worst.values():
        yield _closed_meanwhile(promise, keeper, missed, around)


def _missed(
    ends: Sequence[tuple[datetime, datetime | None]], hours: BusinessCalendar
) -> list[datetime]:
    """Return the hours of a week in which a promise would begin and nobody works before its end."""
    return [
        start
        for start, end in ends
        if end is not None and hours.working_time(start, end) == NOTHING
    ]


def _closed_meanwhile(
    promise: Promise, keeper: Keeper, missed: Sequence[datetime], around: Surroundings
) -> Finding:
    start = missed[0]
    given = {
        "target": target_name(promise.target, around.names),
        "amount": words_of(promise),
        "keeper": keeper.name,
        "hours": keeper.hours.name,
        "start": _moment(start, keeper.hours.calendar.zone),
        "end": _moment(promise.ends(start) or start, keeper.hours.calendar.zone),
        "percent": round(100 * len(missed) / len(WEEK)),
    }
    if len(missed) == len(WEEK):
        sentence = _(
            "Nobody can keep “%(target)s” (%(amount)s): %(keeper)s works in the hours of "
            "“%(hours)s” and is closed until it has run out, whenever it begins."
        )
        return Finding(Severity.ERROR, "never_kept", "targets", sentence % given)
    sentence = _(
        "“%(target)s” (%(amount)s) cannot be kept in %(percent)d %% of the hours of a week: what "
        "begins on %(start)s ends on %(end)s, and %(keeper)s, who works in the hours of "
        "“%(hours)s”, is closed all that time."
    )
    return warning("closed_meanwhile", "targets", sentence % given)


def _moment(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{WEEKDAYS[local.weekday()]} {local:%H:%M}"


def chain(
    content: AgreementContent, promises: Sequence[Promise], around: Surroundings
) -> Iterator[Finding]:
    """Yield where what stands beneath a promise takes longer than the promise itself."""
    if content.kind is AgreementKind.SERVICE:
        yield from _beneath(content, promises, around)
        return
    for each in around.neighbours:
        if each.content.kind is not AgreementKind.SERVICE or not each.serves:
            continue
        if not _touch(content, each.content, around):
            continue
        above = promises_of(each.content, around.calendars)
        for priority in PRIORITIES:
            hop = line_for(promises, ClockKind.HOP, priority, ("", ""))
            resolve = line_for(above, ClockKind.RESOLVE, priority, ("", ""))
            if hop and resolve and always_before(resolve, hop):
                given = {
                    "amount": words_of(hop),
                    "priority": priority,
                    "agreement": each.content.name,
                    "promised": words_of(resolve),
                }
                sentence = _(
                    "For priority %(priority)d this gives %(amount)s, while “%(agreement)s” "
                    "promises that it works again within %(promised)s."
                )
                yield warning("longer_than_promised", "targets", sentence % given)
                break


def _beneath(
    content: AgreementContent, promises: Sequence[Promise], around: Surroundings
) -> Iterator[Finding]:
    links = [
        (each, promises_of(each.content, around.calendars))
        for each in around.neighbours
        if each.content.kind is not AgreementKind.SERVICE
        and each.serves
        and _touch(content, each.content, around)
    ]
    for priority in PRIORITIES:
        resolve = line_for(promises, ClockKind.RESOLVE, priority, ("", ""))
        if resolve is None:
            continue
        hops = [
            (each, hop)
            for each, lines in links
            if (hop := line_for(lines, ClockKind.HOP, priority, ("", ""))) is not None
        ]
        longer = [each for each, hop in hops if always_before(resolve, hop)]
        given = {"priority": priority, "amount": words_of(resolve)}
        if longer:
            sentence = _(
                "Priority %(priority)d is to work again within %(amount)s, but “%(agreement)s” "
                "beneath it takes longer than that alone."
            )
            given["agreement"] = longer[0].content.name
            yield warning("shorter_than_beneath", "targets", sentence % given)
            return
        if len(hops) > 1 and _is_shorter_than_all(resolve, [hop for _each, hop in hops]):
            sentence = _(
                "Priority %(priority)d is to work again within %(amount)s, which is less than "
                "the agreements beneath it take one after another: %(agreements)s."
            )
            given["agreements"] = listed(each.content.name for each, _hop in hops)
            yield warning("shorter_than_sum", "targets", sentence % given)
            return


def _is_shorter_than_all(promise: Promise, hops: Sequence[Promise]) -> bool:
    """Tell whether a promise has always run out before several hops in a row have."""
    for start in WEEK:
        end, moment = promise.ends(start), start
        for hop in hops:
            moment = hop.ends(moment) or moment
        if end is None or end >= moment:
            return False
    return True


def _covered(content: AgreementContent, around: Surroundings) -> set[str]:
    """Return the services that an agreement covers in whole or in part; none for all."""
    offered = around.offered_by or {}
    return {*content.services, *(offered.get(code, "") for code in content.offerings)} - {""}


def _touch(one: AgreementContent, other: AgreementContent, around: Surroundings) -> bool:
    """Tell whether two agreements cover anything in common."""
    first, second = _covered(one, around), _covered(other, around)
    return not first or not second or bool(first & second)


def overlaps(
    content: AgreementContent, code: str, around: Surroundings, *, at: datetime
) -> Iterator[Finding]:
    """Yield other agreements of the same kind with the same party about the same things."""
    for each in around.neighbours:
        other = each.content
        if each.code == code or _party(other) != _party(content) or content.is_option:
            continue
        if not _shared(content, other) or not _shares_a_kind(content, other):
            continue
        yield warning(
            "overlap",
            "party",
            _(
                "“%(agreement)s” is made with the same party about the same. By the rule of "
                "precedence %(first)s goes first: %(reason)s"
            )
            % {
                "agreement": other.name,
                "first": f"“{other.name}”" if each.valid_from > at else _("this one"),
                "reason": _("it comes into force last."),
            },
        )


def _party(content: AgreementContent) -> tuple[object, ...]:
    return (
        content.kind,
        content.customer or "",
        content.unit or "",
        content.customer_category,
        content.provider_team or "",
        content.recipient_team or "",
        content.supplier or "",
        content.is_option,
    )


def _shared(one: AgreementContent, other: AgreementContent) -> bool:
    """Tell whether two agreements name something equally narrowly, so that time decides."""
    first = {*one.services}, {*one.offerings}
    second = {*other.services}, {*other.offerings}
    if not any(first) or not any(second):
        return not any(first) and not any(second)
    return bool(first[0] & second[0] or first[1] & second[1])


def _shares_a_kind(one: AgreementContent, other: AgreementContent) -> bool:
    return bool({each.kind for each in one.targets} & {each.kind for each in other.targets})
