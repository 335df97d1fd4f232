"""The editor of a draft: from what was posted to what an agreement says, and back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from timshel.context.organization import queries as organization
from timshel.context.people import queries as people
from timshel.interfaces.web.administration.agreement_forms import (
    CATEGORY_CHOICES,
    MOST_ROWS,
    ROW_FORMS,
    Choices,
    HeadForm,
    RowForm,
)
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid
from timshel.leadership.authority.queries import role_list
from timshel.relationship_agreement.service_level.queries.applicable import (
    customer_list,
    offering_list,
    unit_list,
)
from timshel.relationship_agreement.service_level.queries.contents import calendar_names
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
from timshel.service_portfolio.parties.queries import supplier_list
from timshel.service_portfolio.service import queries as services

MINUTE = timedelta(minutes=1)


class Editor:
    """The forms of a draft, filled from what was posted or from what an agreement says.

    Args:
        actor: who writes.
        is_new: whether the agreement needs a code.
        given: what was posted, or None.
        content: what to begin with, or None.
        revision: how often the draft was saved when it was read.
    """

    def __init__(
        self,
        actor: Actor,
        *,
        is_new: bool,
        given: QueryDict | None = None,
        content: AgreementContent | None = None,
        revision: int | None = None,
    ) -> None:
        self.actor = actor
        self.areas = services.service_list(language=actor.language)
        self.offered = offering_list(language=actor.language)
        self._options = self._lists()
        self._row_options = {
            "scope": self._options["scope"],
            "role": self._options["role"],
            "calendar": self._options["row_calendar"],
        }
        self.head = HeadForm(
            given,
            options=self._options,
            is_new=is_new,
            initial=self._head(content, revision) if given is None else None,
        )
        if given is None:
            rows = _rows_of(content)
            self.rows = {
                group: [
                    form(None, position, options=self._row_options, initial=initial)
                    for position, initial in enumerate(rows[group])
                ]
                for group, form in ROW_FORMS.items()
            }
            self.chosen_services = set(content.services) if content else set()
            self.chosen_offerings = set(content.offerings) if content else set()
            self.text = ""
        else:
            self.rows = {group: self._posted(group, given) for group in ROW_FORMS}
            self.chosen_services = set(given.getlist("services"))
            self.chosen_offerings = set(given.getlist("offerings"))
            self.text = given.get("find", "").strip()[:100]

    def change_rows(self, deed: str) -> None:
        """Add or take away a row, as a button of the form says; what was typed stays.

        Args:
            deed: ``add:<group>`` or ``drop:<group>:<position>``.
        """
        verb, _colon, rest = deed.partition(":")
        group, _colon, position = rest.partition(":")
        if group not in ROW_FORMS:
            return
        values = [_typed(row) for row in self.rows[group]]
        if verb == "add" and len(values) < MOST_ROWS:
            values.append(_next_row(group, values))
        elif verb == "drop" and position.isdigit() and int(position) < len(values):
            del values[int(position)]
        form = ROW_FORMS[group]
        self.rows[group] = [
            form(None, number, options=self._row_options, initial=initial)
            for number, initial in enumerate(values)
        ]

    def content(self) -> AgreementContent | None:
        """Return what was written, or None where a form cannot be read; the forms say why."""
        used = [row for rows in self.rows.values() for row in rows if not row.is_blank]
        is_valid = all([self.head.is_valid(), *(row.is_valid() for row in used)])
        owner = self._owner() if self.head.is_valid() else None
        if not is_valid or self.head.errors:
            return None
        return replace(
            _head_content(self.head.cleaned_data),
            owner_id=owner,
            services=tuple(sorted(self.chosen_services)),
            offerings=tuple(sorted(self.chosen_offerings)),
            targets=tuple(_target(row.cleaned_data) for row in self._used("targets")),
            goals=tuple(_goal(row.cleaned_data) for row in self._used("goals")),
            escalations=tuple(_escalation(row.cleaned_data) for row in self._used("escalations")),
        )

    def refuse(self, refusal: Invalid) -> None:
        """Show the sentences of a refusal at their rows and fields."""
        plain: dict[str, Any] = {}
        for name, texts in refusal.fields.items():
            group, _dot, position = name.partition(".")
            if group in ROW_FORMS and position.isdigit():
                row = self._used(group)[int(position)]
                row.faults += [str(text) for text in texts]
            else:
                plain[name] = texts
        if plain or not refusal.fields:
            self.head.refuse(Invalid(plain, refusal.message))

    @property
    def has_faults(self) -> bool:
        """Whether anything is wrong with a row."""
        return any(row.shown_faults for rows in self.rows.values() for row in rows if row.is_bound)

    @property
    def catalogue(self) -> list[dict[str, Any]]:
        """The services and offerings to tick: all, or what was sought and what is ticked."""
        found = []
        for area in self.areas:
            entries = [
                (service, offerings)
                for service in area.services
                for offerings in [self._offerings(service.code)]
                if self._is_shown(service.code, service.name, offerings)
            ]
            if entries:
                is_open = bool(self.text) or any(
                    service.code in self.chosen_services
                    or any(code in self.chosen_offerings for code, _name in offerings)
                    for service, offerings in entries
                )
                found.append({"area": area, "entries": entries, "is_open": is_open})
        return found

    @property
    def others(self) -> list[tuple[str, str]]:
        """What is ticked but no longer in the catalogue: the name of its control, and its code."""
        live = {service.code for area in self.areas for service in area.services}
        offered = {code for code, _name, of in self.offered if of in live}
        return [
            *(("services", code) for code in sorted(self.chosen_services - live)),
            *(("offerings", code) for code in sorted(self.chosen_offerings - offered)),
        ]

    def _is_shown(self, code: str, name: str, offerings: list[tuple[str, str]]) -> bool:
        if not self.text or code in self.chosen_services:
            return True
        words = " ".join([name, *(each for _code, each in offerings)]).casefold()
        return self.text.casefold() in words or any(
            each in self.chosen_offerings for each, _name in offerings
        )

    def _offerings(self, service: str) -> list[tuple[str, str]]:
        return [(code, name) for code, name, of in self.offered if of == service]

    def _used(self, group: str) -> list[RowForm]:
        return [row for row in self.rows[group] if not row.is_blank]

    def _posted(self, group: str, given: QueryDict) -> list[RowForm]:
        try:
            count = min(int(given.get(f"{group}-count", "0")), MOST_ROWS)
        except ValueError:
            count = 0
        form = ROW_FORMS[group]
        return [form(given, position, options=self._row_options) for position in range(count)]

    def _owner(self) -> int | None:
        text = self.head.cleaned_data.get("owner", "").strip()
        if not text:
            return None
        found = people.people_matching(text, actor=self.actor, limit=10)
        exact = [row for row in found if text.casefold() in (row.email.casefold(), row.code)]
        exact = exact or [row for row in found if row.name.casefold() == text.casefold()]
        candidates = exact or list(found)
        if len(candidates) != 1:
            self.head.add_error(
                "owner",
                _("More than one person is meant; please give the e-mail address.")
                if candidates
                else _("There is no such person, or you may not see them."),
            )
            return None
        return candidates[0].id

    def _head(self, content: AgreementContent | None, revision: int | None) -> dict[str, Any]:
        if content is None:
            return {
                "calendar": self._options["calendar"][0][0] if self._options["calendar"] else ""
            }
        return {
            "name": content.name,
            "kind": content.kind.value,
            "party": _party(content),
            "provider": _provider(content),
            "recipient": content.recipient_team or "",
            "calendar": content.calendar,
            "text": content.text,
            "restarts_on_reopening": content.restarts_on_reopening,
            "owner": self._owner_text(content.owner_id),
            "review_date": content.review_date.isoformat() if content.review_date else "",
            "is_option": content.is_option,
            "price": content.price,
            "currency": content.currency,
            "price_period": content.price_period,
            "seen_revision": revision,
        }

    def _owner_text(self, owner_id: int | None) -> str:
        if owner_id is None:
            return ""
        card = people.person_card(owner_id, actor=self.actor)
        return card.email or card.name

    def _lists(self) -> dict[str, Choices]:
        language = self.actor.language
        teams = [(team.code, team.name) for team in organization.team_list(language=language)]
        suppliers = supplier_list(language=language, active_only=True)
        calendars = sorted(calendar_names().items(), key=lambda each: each[1].casefold())
        offered = [(f"offering:{code}", name) for code, name, _service in self.offered]
        live = [
            (f"service:{service.code}", service.name)
            for area in self.areas
            for service in area.services
        ]
        return {
            "party": [
                ("", _("Everybody")),
                (
                    _("Customers"),
                    [
                        (f"customer:{code}", name)
                        for _key, code, name in customer_list(language=language)
                    ],
                ),
                (_("Categories of customers"), CATEGORY_CHOICES),
                (
                    _("Units"),
                    [(f"unit:{code}", name) for code, name in unit_list(language=language)],
                ),
            ],
            "provider": [
                ("", _("The organisation as a whole")),
                (_("Teams"), [(f"team:{code}", name) for code, name in teams]),
                (_("Suppliers"), [(f"supplier:{row.code}", row.name) for row in suppliers]),
            ],
            "recipient": [("", _("Every team")), *teams],
            "calendar": calendars,
            "scope": [
                ("", _("All that is covered")),
                (_("Services"), live),
                (_("Offerings"), offered),
            ],
            "role": [("", "–"), *role_list(language=language)],
            "row_calendar": [("", _("as the agreement")), *calendars],
        }


def _typed(row: RowForm) -> dict[str, Any]:
    """Return what stands in a row, whatever it is worth."""
    return {name: row[name].value() for name in row.fields}


def _next_row(group: str, values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what a new row begins with: as the last one, one priority further."""
    if group != "targets" or not values:
        return {}
    last = values[-1]
    priority = str(last.get("priority") or "")
    return {
        **last,
        "amount": "",
        "priority": str(int(priority) + 1) if priority in {"1", "2", "3", "4"} else "",
    }


def _rows_of(content: AgreementContent | None) -> Mapping[str, list[dict[str, Any]]]:
    if content is None:
        first = [
            {"kind": kind, "priority": priority, "unit": DurationUnit.HOURS.value}
            for kind in (ClockKind.RESPOND.value, ClockKind.RESOLVE.value)
            for priority in (1, 2, 3)
        ]
        return {"targets": first, "goals": [], "escalations": []}
    return {
        "targets": [_target_values(each) for each in sorted(content.targets, key=_order)],
        "goals": [
            {
                "measure": goal.measure.value,
                "name": goal.name,
                "direction": "least" if goal.is_minimum else "most",
                "value": f"{goal.value.normalize():f}",
                "unit": goal.unit,
            }
            for goal in content.goals
        ],
        "escalations": [_escalation_values(each) for each in content.escalations],
    }


def _order(target: TargetContent) -> tuple[bool, int, int]:
    """Sorts what holds for all before single services, each by clock and priority."""
    is_special = bool(target.service or target.offering)
    return is_special, list(ClockKind).index(target.kind), target.priority or 0


def _target_values(target: TargetContent) -> dict[str, Any]:
    scope = f"service:{target.service}" if target.service else ""
    percent = target.attainment_percent
    return {
        "kind": target.kind.value,
        "priority": target.priority or "",
        "amount": target.amount,
        "unit": target.unit.value,
        "scope": f"offering:{target.offering}" if target.offering else scope,
        "calendar": target.calendar,
        "attainment": "" if percent is None else f"{percent.normalize():f}",
    }


def _escalation_values(rule: EscalationContent) -> dict[str, Any]:
    is_percent = rule.before is None
    return {
        "clock": rule.clock_kind,
        "moment": rule.percent if rule.before is None else rule.before // MINUTE,
        "moment_kind": "percent" if is_percent else "minutes",
        "recipient": rule.recipient.value,
        "role": rule.role_code,
        "at_night": rule.at_night,
    }


def _party(content: AgreementContent) -> str:
    if content.customer:
        return f"customer:{content.customer}"
    if content.unit:
        return f"unit:{content.unit}"
    return f"category:{content.customer_category}" if content.customer_category else ""


def _provider(content: AgreementContent) -> str:
    if content.provider_team:
        return f"team:{content.provider_team}"
    return f"supplier:{content.supplier}" if content.supplier else ""


def _split(value: str) -> tuple[str, str]:
    kind, _colon, code = value.partition(":")
    return kind, code


def _head_content(given: Mapping[str, Any]) -> AgreementContent:
    party, party_code = _split(given["party"])
    provider, provider_code = _split(given["provider"])
    return AgreementContent(
        kind=AgreementKind(given["kind"]),
        name=given["name"],
        calendar=given["calendar"],
        text=given["text"],
        customer=party_code if party == "customer" else None,
        unit=party_code if party == "unit" else None,
        customer_category=party_code if party == "category" else "",
        provider_team=provider_code if provider == "team" else None,
        supplier=provider_code if provider == "supplier" else None,
        recipient_team=given["recipient"] or None,
        restarts_on_reopening=given["restarts_on_reopening"],
        review_date=given["review_date"],
        is_option=given["is_option"],
        price=given["price"],
        currency=given["currency"].upper(),
        price_period=given["price_period"],
    )


def _target(given: Mapping[str, Any]) -> TargetContent:
    scope, code = _split(given["scope"])
    return TargetContent(
        kind=ClockKind(given["kind"]),
        amount=given["amount"],
        unit=DurationUnit(given["unit"]),
        priority=given["priority"],
        service=code if scope == "service" else None,
        offering=code if scope == "offering" else None,
        calendar=given["calendar"],
        attainment_percent=given["attainment"],
    )


def _goal(given: Mapping[str, Any]) -> GoalContent:
    return GoalContent(
        measure=GoalMeasure(given["measure"]),
        value=given["value"],
        name=given["name"],
        unit=given["unit"],
        is_minimum=given["direction"] == "least",
    )


def _escalation(given: Mapping[str, Any]) -> EscalationContent:
    is_percent = given["moment_kind"] == "percent"
    return EscalationContent(
        recipient=Recipient(given["recipient"]),
        percent=given["moment"] if is_percent else None,
        before=None if is_percent else given["moment"] * MINUTE,
        clock_kind=given["clock"],
        role_code=given["role"],
        at_night=given["at_night"],
    )


def columns(rows: Iterable[RowForm], group: str) -> list[forms.BoundField]:
    """Return the fields of a table's columns, for its head."""
    first = next(iter(rows), None) or ROW_FORMS[group](None, 0, options={})
    return [first[name] for name in first.fields]
