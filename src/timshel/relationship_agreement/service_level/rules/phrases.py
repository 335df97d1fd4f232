"""What agreements say in whole words: targets, goals, escalations, parties and coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timshel.relationship_agreement.service_level.rules.contents import (
    AgreementContent,
    EscalationContent,
    GoalContent,
    TargetContent,
)
from timshel.relationship_agreement.service_level.states import (
    GOAL_NAMES,
    KIND_NAMES,
    RECIPIENT_NAMES,
    AgreementKind,
    ClockKind,
    DurationUnit,
    GoalMeasure,
    Recipient,
)

CATEGORY_NAMES: Mapping[str, Promise] = {
    "dedicated_team": gettext_lazy("Customers with a dedicated team"),
    "service_manager": gettext_lazy("Customers with a service manager"),
    "portal_only": gettext_lazy("Customers of the portal alone"),
}
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Names:
    """What people call the things that an agreement names by code, in the reader's language."""

    services: Mapping[str, str] = field(default_factory=dict)
    offerings: Mapping[str, str] = field(default_factory=dict)
    customers: Mapping[str, str] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    teams: Mapping[str, str] = field(default_factory=dict)
    suppliers: Mapping[str, str] = field(default_factory=dict)
    calendars: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)


def amount_words(amount: int, unit: DurationUnit) -> str:
    """Return an amount as it was written, as in "2 working days"."""
    match unit:
        case DurationUnit.MINUTES:
            text = ngettext("%(count)d minute", "%(count)d minutes", amount)
        case DurationUnit.HOURS:
            text = ngettext("%(count)d hour", "%(count)d hours", amount)
        case DurationUnit.WORKING_DAYS:
            text = ngettext("%(count)d working day", "%(count)d working days", amount)
    return text % {"count": amount}


def span_words(length: timedelta) -> str:
    """Return a span in its largest unit that divides it, as in "90 minutes" or "2 hours"."""
    if length % HOUR == timedelta(0):
        return amount_words(length // HOUR, DurationUnit.HOURS)
    return amount_words(max(1, length // MINUTE), DurationUnit.MINUTES)


def percent_words(percent: Decimal) -> str:
    """Return a percentage without needless zeros."""
    return _("%(number)s %%") % {"number": f"{percent.normalize():f}"}


def target_name(target: TargetContent, names: Names) -> str:
    """Return what a target is for, as in "Time to resolve, priority 1, Mail"."""
    kind = str(KIND_NAMES[target.kind])
    scope = ""
    if target.offering:
        scope = names.offerings.get(target.offering, target.offering)
    elif target.service:
        scope = names.services.get(target.service, target.service)
    given = {"kind": kind, "priority": target.priority, "scope": scope}
    if target.priority is None:
        return _("%(kind)s, %(scope)s") % given if scope else kind
    if scope:
        return _("%(kind)s, priority %(priority)d, %(scope)s") % given
    return _("%(kind)s, priority %(priority)d") % given


def target_words(target: TargetContent, names: Names) -> str:
    """Return what a target promises, with its own calendar and its share where it has them."""
    words = amount_words(target.amount, target.unit)
    if target.calendar:
        calendar = names.calendars.get(target.calendar, target.calendar)
        words = _("%(amount)s, counted in “%(calendar)s”") % {"amount": words, "calendar": calendar}
    if target.attainment_percent is not None:
        words = _("%(amount)s, %(percent)s of them in time") % {
            "amount": words,
            "percent": percent_words(target.attainment_percent),
        }
    return words


def goal_name(goal: GoalContent) -> str:
    """Return what a goal is about."""
    if goal.measure is GoalMeasure.BUSINESS or not goal.name:
        return goal.name or str(GOAL_NAMES[goal.measure])
    return _("%(measure)s: %(name)s") % {"measure": GOAL_NAMES[goal.measure], "name": goal.name}


def goal_words(goal: GoalContent) -> str:
    """Return what a goal aims at."""
    value = f"{goal.value.normalize():f}"
    unit = goal.unit if goal.measure is GoalMeasure.BUSINESS else "%"
    given = {"value": value, "unit": unit}
    if goal.is_minimum:
        return (_("at least %(value)s %(unit)s") % given).strip()
    return (_("at most %(value)s %(unit)s") % given).strip()


def escalation_words(rule: EscalationContent, names: Names) -> str:
    """Return who hears when, in a sentence."""
    who = str(RECIPIENT_NAMES[rule.recipient])
    if rule.recipient is Recipient.ROLE:
        role = names.roles.get(rule.role_code, rule.role_code)
        who = _("Everyone with the role “%(role)s”") % {"role": role}
    clock = str(KIND_NAMES[ClockKind(rule.clock_kind)]) if rule.clock_kind else _("each clock")
    given = {"who": who, "clock": clock}
    if rule.before is not None:
        given["span"] = span_words(rule.before)
        text = _("%(who)s: %(span)s of working time before the end of %(clock)s.") % given
    else:
        given["percent"] = str(rule.percent)
        text = _("%(who)s: when %(percent)s %% of %(clock)s is used.") % given
    return _("%(sentence)s Also at night.") % {"sentence": text} if rule.at_night else text


def party_words(content: AgreementContent, names: Names) -> str:
    """Return with whom an agreement is made."""
    if _is_for_every_team(content):
        return _("Every team")
    if content.recipient_team:
        return names.teams.get(content.recipient_team, content.recipient_team)
    if content.customer:
        return names.customers.get(content.customer, content.customer)
    if content.unit:
        return names.units.get(content.unit, content.unit)
    if content.is_option and not content.customer_category:
        return _("Customers who choose it")
    if content.customer_category:
        return str(CATEGORY_NAMES[content.customer_category])
    return _("Everybody")


def provider_words(content: AgreementContent, names: Names) -> str:
    """Return who promises, where it is one team or supplier; else nothing."""
    if content.provider_team:
        return names.teams.get(content.provider_team, content.provider_team)
    if content.supplier:
        return names.suppliers.get(content.supplier, content.supplier)
    return ""


def between_words(content: AgreementContent, names: Names) -> str:
    """Return who promises with whom, as in "Network for every team"; where everybody here
    promises, with whom alone."""
    party, provider = party_words(content, names), provider_words(content, names)
    if not provider:
        return party
    inner = _("every team") if _is_for_every_team(content) else party
    return _("%(provider)s for %(party)s") % {"provider": provider, "party": inner}


def _is_for_every_team(content: AgreementContent) -> bool:
    if content.kind is AgreementKind.OPERATIONAL:
        return not content.recipient_team
    return content.kind is AgreementKind.SUPPLIER


def coverage_words(content: AgreementContent, names: Names) -> str:
    """Return what an agreement covers."""
    covered = [
        *(names.services.get(code, code) for code in content.services),
        *(names.offerings.get(code, code) for code in content.offerings),
    ]
    return listed(covered) if covered else _("All services")


def price_words(content: AgreementContent) -> str:
    """Return the price of a level, or nothing."""
    if content.price is None:
        return ""
    given = {"price": f"{content.price:.2f}", "currency": content.currency}
    if content.price_period == "month":
        return _("%(price)s %(currency)s a month") % given
    if content.price_period == "year":
        return _("%(price)s %(currency)s a year") % given
    return _("%(price)s %(currency)s") % given


def listed(words: Iterable[str]) -> str:
    """Return words as one list."""
    return ", ".join(sorted(words, key=str.casefold))
