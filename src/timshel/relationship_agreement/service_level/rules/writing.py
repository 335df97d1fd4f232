"""What is wrong with an agreement as it is written, in sentences by field.

A fault keeps a draft from being saved: what it says could not be stored or not be understood.
What can be stored but should not be promised is found by ``soundness``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from timshel.context.organization.rules import name_faults
from timshel.kernel.errors import Invalid, Text
from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
    Recipient,
)

Faults = dict[str, list[Text]]

PROMISED_BY: dict[AgreementKind, frozenset[ClockKind]] = {
    AgreementKind.SERVICE: frozenset(ClockKind) - {ClockKind.HOP},
    AgreementKind.OPERATIONAL: frozenset({ClockKind.HOP, ClockKind.FULFIL}),
    AgreementKind.SUPPLIER: frozenset({ClockKind.HOP}),
}
MOST: dict[DurationUnit, int] = {
    DurationUnit.MINUTES: 10 * 366 * 24 * 60,
    DurationUnit.HOURS: 10 * 366 * 24,
    DurationUnit.WORKING_DAYS: 10 * 366,
}
PERIODS = ("", "month", "year")
CURRENCY_LETTERS = 3
HUNDRED = Decimal(100)


def refuse(faults: Faults) -> None:
    """Refuse if there is any fault.

    Raises:
        Invalid: with the faults by field.
    """
    found = {field: sentences for field, sentences in faults.items() if sentences}
    if found:
        raise Invalid(found)


def agreement_faults(content: AgreementContent) -> Faults:
    """Return what is wrong with an agreement, but for codes that name nothing."""
    return {
        "name": name_faults(content.name),
        **_party_faults(content),
        **_price_faults(content),
        **_target_faults(content),
        **_goal_faults(content.goals),
        **escalation_faults(content.escalations),
    }


def escalation_faults(rules: Sequence[EscalationContent]) -> Faults:
    """Return what is wrong with escalation rules, by ``escalations.<position>``."""
    faults: Faults = {}
    for position, rule in enumerate(rules):
        found: list[Text] = []
        if (rule.percent is None) == (rule.before is None):
            found.append(_("Give either a share of the target or a time before its end."))
        if rule.percent is not None and not 1 <= rule.percent <= 500:
            found.append(_("The share is a number from 1 to 500."))
        if rule.before is not None and rule.before.total_seconds() <= 0:
            found.append(_("The time before the end is longer than nothing."))
        if (rule.recipient is Recipient.ROLE) != bool(rule.role_code):
            found.append(_("Name a role, and only where a role is to hear."))
        if rule.clock_kind and rule.clock_kind not in set(ClockKind):
            found.append(_("There is no such clock."))
        faults[f"escalations.{position}"] = found
    return faults


def _party_faults(content: AgreementContent) -> Faults:
    faults: Faults = {"party": [], "provider": []}
    parties = [content.customer, content.unit, content.customer_category]
    if len([each for each in parties if each]) > 1:
        faults["party"].append(
            _("An agreement is made with one customer, one unit or one category of customers.")
        )
    wanted = {
        AgreementKind.SERVICE: (False, False),
        AgreementKind.OPERATIONAL: (True, False),
        AgreementKind.SUPPLIER: (False, True),
    }[content.kind]
    if (bool(content.provider_team), bool(content.supplier)) != wanted:
        faults["provider"].append(
            {
                AgreementKind.SERVICE: _("A service level agreement names no team or supplier."),
                AgreementKind.OPERATIONAL: _("Please say which team promises."),
                AgreementKind.SUPPLIER: _("Please say which supplier promises."),
            }[content.kind]
        )
    if content.kind is not AgreementKind.SERVICE and (any(parties) or content.is_option):
        faults["party"].append(_("Only a service level agreement is made with customers or units."))
    if content.recipient_team and content.kind is not AgreementKind.OPERATIONAL:
        faults["provider"].append(_("Only an operational level agreement names a second team."))
    return faults


def _price_faults(content: AgreementContent) -> Faults:
    found: list[Text] = []
    if content.price is not None and content.price < 0:
        found.append(_("A price is not negative."))
    if content.price is not None and len(content.currency) != CURRENCY_LETTERS:
        found.append(_("Please give the currency as three letters, such as EUR."))
    if content.price_period not in PERIODS:
        found.append(_("A price is per month or per year."))
    return {"price": found}


def _target_faults(content: AgreementContent) -> Faults:
    times = Counter(target.key for target in content.targets)
    faults: Faults = {}
    for position, target in enumerate(content.targets):
        found = _of_target(target, content.kind)
        if times[target.key] > 1:
            found.append(_("There is another target for the same clock, priority and service."))
        faults[f"targets.{position}"] = found
    return faults


def _of_target(target: TargetContent, kind: AgreementKind) -> list[Text]:
    found: list[Text] = []
    if not 1 <= target.amount <= MOST[target.unit]:
        found.append(_("A target is longer than nothing and at most ten years."))
    if target.priority is not None and target.priority not in range(1, 6):
        found.append(_("A priority is a number from 1 to 5."))
    if target.kind not in PROMISED_BY[kind]:
        found.append(
            _(
                "The time with one team or supplier is promised by those, and they promise nothing "
                "else; a team promises its tasks, too."
            )
        )
    percent = target.attainment_percent
    if percent is not None and not 0 < percent <= HUNDRED:
        found.append(_("The share in time is more than 0 and at most 100 per cent."))
    return found


def _goal_faults(goals: Sequence[GoalContent]) -> Faults:
    faults: Faults = {}
    times = Counter((goal.measure, goal.name) for goal in goals)
    for position, goal in enumerate(goals):
        found: list[Text] = []
        if goal.measure is GoalMeasure.BUSINESS:
            if not goal.name.strip():
                found.append(_("A goal in business terms needs a name."))
        elif not 0 <= goal.value <= HUNDRED:
            found.append(_("This goal is a number from 0 to 100 per cent."))
        if times[goal.measure, goal.name] > 1:
            found.append(_("There is another goal of the same name."))
        faults[f"goals.{position}"] = found
    return faults
