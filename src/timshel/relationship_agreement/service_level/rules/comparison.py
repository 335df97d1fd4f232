"""What differs between two versions of an agreement, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from timshel.relationship_agreement.service_level.rules.contents import AgreementContent
from timshel.relationship_agreement.service_level.rules.phrases import (
    Names,
    coverage_words,
    escalation_words,
    goal_name,
    goal_words,
    party_words,
    price_words,
    provider_words,
    target_name,
    target_words,
)
from timshel.relationship_agreement.service_level.states import AGREEMENT_NAMES

Words = Callable[[AgreementContent, Names], str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that two versions say differently.

    Args:
        subject: what it is about.
        before: what the earlier version says; empty where it says nothing.
        after: what the later version says; empty where it says nothing.
    """

    subject: str
    before: str
    after: str


def differences(
    before: AgreementContent, after: AgreementContent, names: Names
) -> tuple[Change, ...]:
    """Return what differs between two versions, in the order in which a version is read.

    Args:
        before: the earlier version.
        after: the later version.
        names: of all that either of them names.
    """
    found = [
        *(
            Change(subject, words(before, names), words(after, names))
            for subject, words in _plain_parts()
        ),
        *_lines(_targets(before, names), _targets(after, names)),
        *_lines(_goals(before), _goals(after)),
        *_escalations(before, after, names),
    ]
    return tuple(change for change in found if change.before != change.after)


def _plain_parts() -> Iterator[tuple[str, Words]]:
    yield _("Kind"), lambda each, _names: str(AGREEMENT_NAMES[each.kind])
    yield _("Name"), lambda each, _names: each.name
    yield _("Made with"), party_words
    yield _("Promised by"), provider_words
    yield _("Covers"), coverage_words
    yield _("Counted in"), lambda each, names: names.calendars.get(each.calendar, each.calendar)
    yield _("Words for the customer"), lambda each, _names: each.text
    yield _("Reopened work"), lambda each, _names: reopening_words(each)
    yield _("Owner"), lambda each, names: names.people.get(each.owner_id or 0, "")
    yield _("Review"), lambda each, _names: each.review_date.isoformat() if each.review_date else ""
    yield (
        _("To be chosen by customers"),
        lambda each, _names: yes_or_no(is_so=each.is_option),
    )
    yield _("Price"), lambda each, _names: price_words(each)


def yes_or_no(*, is_so: bool) -> str:
    """Return a truth in a word."""
    return _("Yes") if is_so else _("No")


def reopening_words(content: AgreementContent) -> str:
    """Return what happens to the time of work that is opened again."""
    if content.restarts_on_reopening:
        return _("gets the whole time again")
    return _("goes on with the time that was left")


def _targets(content: AgreementContent, names: Names) -> Mapping[Any, tuple[str, str]]:
    return {
        target.key: (target_name(target, names), target_words(target, names))
        for target in content.targets
    }


def _goals(content: AgreementContent) -> Mapping[Any, tuple[str, str]]:
    return {
        (goal.measure, goal.name): (goal_name(goal), goal_words(goal)) for goal in content.goals
    }


def _lines(
    before: Mapping[Any, tuple[str, str]], after: Mapping[Any, tuple[str, str]]
) -> Iterator[Change]:
    """Yield the lines of both versions by what they are for, the later version's order first."""
    for key, (name, words) in after.items():
        yield Change(name, before.get(key, ("", ""))[1], words)
    for key, (name, words) in before.items():
        if key not in after:
            yield Change(name, words, "")


def _escalations(
    before: AgreementContent, after: AgreementContent, names: Names
) -> Iterator[Change]:
    subject = _("Escalation")
    for rule in before.escalations:
        if rule not in after.escalations:
            yield Change(subject, escalation_words(rule, names), "")
    for rule in after.escalations:
        if rule not in before.escalations:
            yield Change(subject, "", escalation_words(rule, names))
