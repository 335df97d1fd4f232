"""The forms of a source of alerts: what is said of it, how its JSON is read, and one rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.organization.queries import team_list
from timshel.context.people.queries import person_by_address
from timshel.interfaces.web.desk.forms import RESOLUTION_CHOICES
from timshel.interfaces.web.desk.words import IMPACT_NAMES, URGENCY_NAMES
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.kernel.actor import Actor
from timshel.resolution_fulfilment.alert.actions import RuleContent, SourceContent
from timshel.resolution_fulfilment.alert.queries import RuleView, SourceView
from timshel.resolution_fulfilment.alert.rules.conditions import (
    BadCondition,
    LabelCondition,
    read_conditions,
)
from timshel.resolution_fulfilment.alert.rules.mapping import BEGINNINGS, PATTERNS, Mapped
from timshel.resolution_fulfilment.alert.states import OnClear, SourceKind
from timshel.service_portfolio.service.queries import service_choices

NEEDED = {"required": gettext_lazy("Please fill this in.")}
PATTERN_NAMES: Mapping[str, tuple[Promise, Promise | str]] = {
    "fingerprint": (
        gettext_lazy("What tells one alert from another"),
        gettext_lazy("Text with paths in braces, such as {host}/{service}."),
    ),
    "state": (
        gettext_lazy("Whether it fires"),
        gettext_lazy("Such as {state}; which words mean that it has cleared is said below."),
    ),
    "severity": (gettext_lazy("Severity"), ""),
    "title": (gettext_lazy("What it is called"), ""),
    "text": (gettext_lazy("Further words"), ""),
    "started_at": (
        gettext_lazy("Since when"),
        gettext_lazy("Leave it empty where each message says another moment."),
    ),
    "ended_at": (gettext_lazy("When it cleared"), ""),
    "address": (gettext_lazy("Address where the source shows it"), ""),
    "group": (
        gettext_lazy("What belongs together"),
        gettext_lazy("Alerts that say the same here become one incident."),
    ),
}


class SourceForm(RefusableForm):
    """What is said of a source; with its mapping once it is there and has one.

    Args:
        actor: who keeps it.
        given: what was posted, or None.
        standing: what is changed; None asks for the code of a new one, too.
    """

    name = forms.CharField(label=gettext_lazy("Name"), max_length=200, error_messages=NEEDED)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=SourceKind.choices)
    reporter = forms.EmailField(
        label=gettext_lazy("For whom incidents are opened"),
        help_text=gettext_lazy("The e-mail address of a person who is known here."),
        error_messages=NEEDED,
    )
    default_service = forms.ChoiceField(
        label=gettext_lazy("Service of what no rule takes"), required=False
    )
    team = forms.ChoiceField(
        label=gettext_lazy("Team that sees what belongs to nobody"), required=False
    )
    storm_threshold = forms.IntegerField(
        label=gettext_lazy("Most new incidents in a minute"),
        help_text=gettext_lazy("When more would be opened, all of them become one incident."),
        min_value=1,
        max_value=1_000,
        initial=10,
    )
    reopen_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes after clearing in which the same incident is reopened"),
        min_value=0,
        max_value=10_080,
        initial=120,
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("It is listened to"), required=False, initial=True
    )

    def __init__(
        self, actor: Actor, given: Any = None, *, standing: SourceView | None = None
    ) -> None:
        super().__init__(given, initial=_source_begun(standing) if standing else None)
        self._standing = standing
        _offer(self, actor, service=("default_service", _("Nobody’s")), no_team=_("None"))
        if standing is None:
            self.fields["code"] = forms.CharField(
                label=_("Code"),
                max_length=40,
                help_text=_("A part of the address to which it sends; it cannot be changed."),
                error_messages=NEEDED,
            )
            self.order_fields(["code"])
        elif standing.row.kind != SourceKind.ALERTMANAGER:
            self._add_mapping(standing.mapping)

    def _add_mapping(self, standing: Mapped) -> None:
        for name in PATTERNS:
            label, help_text = map(str, PATTERN_NAMES[name])
            self.fields[name] = forms.CharField(
                label=label,
                help_text=help_text,
                max_length=1_000,
                required=False,
                initial=standing.patterns.get(name, ""),
            )
        lines: tuple[tuple[str, str, str, str], ...] = (
            (
                "resolved",
                _("Words that mean that it has cleared"),
                _("One a line."),
                "\n".join(standing.resolved),
            ),
            (
                "severities",
                _("Words for severities"),
                _("One a line, such as disaster = critical; the others are warning and info."),
                _written(standing.severities),
            ),
            (
                "labels",
                _("Labels"),
                _("One a line, such as host = {host.name}."),
                _written(standing.labels),
            ),
        )
        for name, title, explained, initial in lines:
            self.fields[name] = forms.CharField(
                label=title,
                help_text=explained,
                required=False,
                max_length=20_000,
                widget=text_area(4),
                initial=initial,
            )
        paths = (
            ("labels_from", _("Path to an object of labels"), standing.labels_from),
            (
                "alerts",
                _("Path to the list of alerts in a message of many"),
                standing.alerts,
            ),
        )
        for name, title, initial in paths:
            self.fields[name] = forms.CharField(
                label=title, required=False, max_length=1_000, initial=initial
            )

    def clean_reporter(self) -> int:
        """Return the key of the person whose address was given."""
        person = person_by_address(self.cleaned_data["reporter"])
        if person is None:
            raise forms.ValidationError(_("Nobody with this address is known."))
        return person

    def content(self) -> SourceContent:
        """Return what was given, as the action takes it."""
        given = self.cleaned_data
        return SourceContent(
            name=given["name"],
            kind=given["kind"],
            reporter_id=given["reporter"],
            mapping=self.mapping(given),
            default_service=given["default_service"] or None,
            team=given["team"] or None,
            storm_threshold=given["storm_threshold"],
            reopen_within=timedelta(minutes=given["reopen_minutes"]),
            is_active=given["is_active"],
        )

    def mapping(self, given: Mapping[str, Any]) -> Mapped | None:
        """Return how its JSON is read; None for that with which its kind begins."""
        standing = self._standing
        if standing is None or "fingerprint" not in self.fields:
            return None
        if given["kind"] != standing.row.kind:
            return BEGINNINGS.get(given["kind"])
        return Mapped(
            alerts=given["alerts"].strip(),
            patterns={name: given[name].strip() for name in PATTERNS if given[name].strip()},
            resolved=tuple(
                line.strip().casefold() for line in given["resolved"].splitlines() if line.strip()
            ),
            severities={
                word.casefold(): level for word, level in _pairs(given["severities"]).items()
            },
            labels=_pairs(given["labels"]),
            labels_from=given["labels_from"].strip(),
        )


class RuleForm(RefusableForm):
    """What becomes of the alerts whose labels meet its conditions."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        help_text=gettext_lazy("The journal names the rule by it."),
        max_length=200,
        error_messages=NEEDED,
    )
    conditions = forms.CharField(
        label=gettext_lazy("Conditions on labels"),
        help_text=gettext_lazy(
            "One a line, such as job = mail, team = web | shop or env != test; all must hold."
            " With ^= the label begins so, with $= it ends so, with *= it holds this. A label"
            " alone must be there, one behind ! must be missing. Without any, every alert fits."
        ),
        required=False,
        max_length=20_000,
        widget=text_area(5),
    )
    service = forms.ChoiceField(label=gettext_lazy("Service"), required=False)
    team = forms.ChoiceField(label=gettext_lazy("Team"), required=False)
    opens_incident = forms.BooleanField(
        label=gettext_lazy("It becomes an incident"), required=False, initial=True
    )
    impact = forms.TypedChoiceField(
        label=gettext_lazy("Impact"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("By severity")), *IMPACT_NAMES.items()],
    )
    urgency = forms.TypedChoiceField(
        label=gettext_lazy("Urgency"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("By severity")), *URGENCY_NAMES.items()],
    )
    group_by = forms.CharField(
        label=gettext_lazy("One incident for the same"),
        help_text=gettext_lazy(
            "Labels with commas between them, such as alertname, instance. Empty leaves it to "
            "the source what belongs together."
        ),
        required=False,
        max_length=2_000,
    )
    wait_minutes = forms.IntegerField(
        label=gettext_lazy("Minutes that it must fire first"),
        min_value=0,
        max_value=1_440,
        initial=0,
    )
    on_clear = forms.ChoiceField(
        label=gettext_lazy("When all has cleared"), choices=OnClear.choices
    )
    clear_code = forms.ChoiceField(label=gettext_lazy("Resolved as"), choices=RESOLUTION_CHOICES)
    is_active = forms.BooleanField(
        label=gettext_lazy("The rule holds"), required=False, initial=True
    )

    def __init__(
        self, actor: Actor, given: Any = None, *, standing: RuleView | None = None
    ) -> None:
        super().__init__(given, initial=_rule_begun(standing) if standing else None)
        _offer(
            self,
            actor,
            service=("service", _("That of the source")),
            no_team=_("That of the service"),
        )

    def clean_conditions(self) -> tuple[LabelCondition, ...]:
        """Return the conditions as they were understood."""
        try:
            return read_conditions(self.cleaned_data["conditions"])
        except BadCondition as fault:
            raise forms.ValidationError(str(fault)) from fault

    def content(self) -> RuleContent:
        """Return what was given, as the action takes it."""
        given = self.cleaned_data
        labels = [each.strip() for each in given["group_by"].split(",")]
        return RuleContent(
            name=given["name"],
            conditions=given["conditions"],
            service=given["service"] or None,
            team=given["team"] or None,
            impact=given["impact"],
            urgency=given["urgency"],
            group_by=tuple(each for each in labels if each),
            wait=timedelta(minutes=given["wait_minutes"]),
            opens_incident=given["opens_incident"],
            on_clear=given["on_clear"],
            clear_code=given["clear_code"],
            is_active=given["is_active"],
        )


def as_content(rule: RuleView) -> RuleContent:
    """Return a rule that stands, as the action takes it."""
    return RuleContent(
        name=rule.name,
        conditions=rule.conditions,
        service=rule.service or None,
        team=rule.team or None,
        impact=rule.impact,
        urgency=rule.urgency,
        group_by=rule.group_by,
        wait=rule.wait,
        opens_incident=rule.opens_incident,
        on_clear=rule.on_clear,
        clear_code=rule.clear_code,
        is_active=rule.is_active,
    )


def _offer(form: RefusableForm, actor: Actor, *, service: tuple[str, str], no_team: str) -> None:
    """Fill the lists of services and teams, each with a word for none."""
    name, no_service = service
    services, teams = form.fields[name], form.fields["team"]
    assert isinstance(services, forms.ChoiceField)  # noqa: S101 - declared above
    assert isinstance(teams, forms.ChoiceField)  # noqa: S101 - declared above
    services.choices = [("", no_service), *service_choices(language=actor.language)]
    rows = team_list(language=actor.language)
    teams.choices = [("", no_team), *((row.code, row.name) for row in rows)]


def _source_begun(standing: SourceView) -> dict[str, Any]:
    return {
        "name": standing.row.name,
        "kind": standing.row.kind,
        "reporter": standing.reporter_email,
        "default_service": standing.default_service,
        "team": standing.team,
        "storm_threshold": standing.storm_threshold,
        "reopen_minutes": int(standing.reopen_within.total_seconds() // 60),
        "is_active": standing.row.is_active,
    }


def _rule_begun(standing: RuleView) -> dict[str, Any]:
    return {
        "name": standing.name,
        "conditions": "\n".join(each.written() for each in standing.conditions),
        "service": standing.service,
        "team": standing.team,
        "opens_incident": standing.opens_incident,
        "impact": standing.impact,
        "urgency": standing.urgency,
        "group_by": ", ".join(standing.group_by),
        "wait_minutes": int(standing.wait.total_seconds() // 60),
        "on_clear": standing.on_clear,
        "clear_code": standing.clear_code,
        "is_active": standing.is_active,
    }


def _written(pairs: Mapping[str, str]) -> str:
    return "\n".join(f"{name} = {value}" for name, value in pairs.items())


def _pairs(text: str) -> dict[str, str]:
    """Return the lines of a text as names and values; a line without a sign has no value."""
    found = {}
    for line in text.splitlines():
        name, _sign, value = line.partition("=")
        if name.strip():
            found[name.strip()] = value.strip()
    return found
