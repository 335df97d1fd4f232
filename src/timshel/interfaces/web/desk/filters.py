"""The filters of a queue as they stand in its address."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.queries import TeamRow
from timshel.interfaces.web.wording import short_moment
from timshel.operation.view.states import KIND_NAMES
from timshel.operation.work.states import STAGE_NAMES
from timshel.relationship_agreement.service_level.queries.worklist import WorkFilters
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES
from timshel.service_portfolio.service.queries import AreaRow

Choices = Sequence[tuple[Any, Any]]
PlainChoices = tuple[tuple[str, Any], ...]
KEPT_LISTS = 500

SORTS = {
    "due": _("Next deadline"),
    "opened": _("Opened"),
    "updated": _("Last change"),
    "priority": _("Priority"),
}
KIND_CHOICES: Choices = (("", _("Any kind of work")), *KIND_NAMES.items())
OPEN_CHOICES: Choices = (
    ("open", _("Open")),
    ("closed", _("Finished")),
    ("all", _("Open and finished")),
)
STAGE_CHOICES: Choices = (
    ("", _("Any stage")),
    *((str(key), name) for key, name in STAGE_NAMES.items()),
)
PRIORITY_CHOICES: Choices = (("", _("Any priority")), *PRIORITY_NAMES.items())
STANDINGS = {"open": True, "closed": False, "all": None}


CARRIED_TEXTS = ("unit", "customer", "supplier", "opened_from", "opened_until")
CARRIED_MARKS = ("reopened", "handed_over")
_CARRIED_WORDS = {
    "unit": _("of the unit %(value)s"),
    "customer": _("of the customer %(value)s"),
    "supplier": _("waited for the supplier %(value)s"),
    "opened_from": _("opened from %(value)s"),
    "opened_until": _("opened before %(value)s"),
    "reopened": _("reopened"),
    "handed_over": _("handed over"),
}

Select = tuple[str, Any, SafeString]


class FilterForm(forms.Form):
    """What a reader narrows a queue to; what cannot be read narrows nothing."""

    q = forms.CharField(label=_("Text"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Kind of work"), required=False, choices=KIND_CHOICES)
    open = forms.ChoiceField(label=_("Standing"), required=False, choices=OPEN_CHOICES)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=STAGE_CHOICES)
    priority = forms.TypedChoiceField(
        label=_("Priority"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=PRIORITY_CHOICES,
    )
    team = forms.CharField(label=_("Team"), required=False, max_length=40)
    service = forms.CharField(label=_("Service"), required=False, max_length=40)
    breached = forms.BooleanField(label=_("Late only"), required=False)
    requester = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    # What a figure elsewhere leads to: named in the address, shown in a line, and cleared as one.
    unit = forms.CharField(required=False, max_length=40)
    customer = forms.CharField(required=False, max_length=40)
    supplier = forms.CharField(required=False, max_length=40)
    opened_from = forms.CharField(required=False, max_length=40)
    opened_until = forms.CharField(required=False, max_length=40)
    reopened = forms.BooleanField(required=False)
    handed_over = forms.BooleanField(required=False)

    def __init__(self, given: Any) -> None:
        super().__init__(given, auto_id="filter-%s")
        self.is_valid()
        self._sort = given.get("sort", "")

    def sort(self) -> str:
        """Return the order asked for; by next deadline unless told otherwise."""
        return self._sort if self._sort in SORTS else "due"

    def requester_id(self) -> int | None:
        """Return the person whose incidents alone are asked for, or None."""
        found: int | None = self.cleaned_data.get("requester")
        return found

    def filters(self, view: str) -> WorkFilters:
        """Return the filters for a queue; a stage that is chosen says whether it is open."""
        given = self.cleaned_data.get
        stage, priority = given("stage"), given("priority")
        standing = STANDINGS.get(given("open") or "open", True)
        kind = given("kind")
        return WorkFilters(
            view=view,
            kinds=(kind,) if kind else (),
            open=None if stage else standing,
            stages=(stage,) if stage else (),
            priorities=(priority,) if priority else (),
            team=given("team") or None,
            service=given("service") or None,
            requester_id=self.requester_id(),
            text=given("q") or "",
            breached=True if given("breached") else None,
            unit=given("unit") or None,
            customer=given("customer") or None,
            supplier=given("supplier") or None,
            opened_from=_moment(given("opened_from")),
            opened_until=_moment(given("opened_until")),
            reopened=True if given("reopened") else None,
            handed_over=True if given("handed_over") else None,
        )

    def carried(self) -> list[tuple[str, str]]:
        """Return the filters that only an address sets, name and value, to be sent along."""
        given = self.cleaned_data.get
        texts = [(name, str(given(name))) for name in CARRIED_TEXTS if given(name)]
        return [*texts, *((name, "on") for name in CARRIED_MARKS if given(name))]

    def carried_words(self) -> list[str]:
        """Return the same filters in words."""
        words = [
            _CARRIED_WORDS[name] % {"value": self._shown(name, value)}
            for name, value in self.carried()
        ]
        return [str(each) for each in words]

    def _shown(self, name: str, value: str) -> str:
        moment = _moment(value) if name in ("opened_from", "opened_until") else None
        return short_moment(moment) if moment else value

    def selects(self, teams: Iterable[TeamRow], areas: Iterable[AreaRow]) -> list[Select]:
        """Return the lists to choose from, drawn by the page itself: there are many entries."""
        offered: dict[str, Choices] = {
            "kind": KIND_CHOICES,
            "open": OPEN_CHOICES,
            "stage": STAGE_CHOICES,
            "priority": PRIORITY_CHOICES,
            "team": [("", _("Any team")), *((team.code, team.name) for team in teams)],
            "service": [("", _("Any service")), *service_choices(areas)],
        }
        return [
            (
                name,
                self.fields[name].label,
                select_options(choices, str(self.cleaned_data.get(name) or "")),
            )
            for name, choices in offered.items()
        ]

    def count_active(self) -> int:
        """Return how many filters narrow the list, besides the text."""
        given = self.cleaned_data.get
        named = sum(
            bool(given(name))
            for name in ("kind", "stage", "priority", "team", "service", "breached")
        )
        return named + (given("open") in {"closed", "all"})

    def is_narrowed(self) -> bool:
        """Tell whether anything narrows the list."""
        named = self.cleaned_data.get("q") or self.requester_id() or self.carried()
        return bool(named) or self.count_active() > 0


def _moment(text: str | None) -> datetime | None:
    """Return the moment that an address names with its zone, or None."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def service_choices(areas: Iterable[AreaRow]) -> Choices:
    """Return the services grouped by area."""
    return [
        (area.name, [(service.code, service.name) for service in area.services]) for area in areas
    ]


def select_options(choices: Choices, chosen: str) -> SafeString:
    """Return the options of a list as HTML, in the reader's language.

    Args:
        choices: values with their names; a group is its name with its own choices.
        chosen: the value that is chosen.
    """
    return _options(_plain(choices), chosen)


def _plain(choices: Choices) -> PlainChoices:
    """Return choices as texts in the reader's language; a group as its name and its entries."""
    return tuple(
        (str(first), _plain(second) if isinstance(second, list) else str(second))
        for first, second in choices
    )


# The same hundred services and teams are offered on every queue.
@lru_cache(maxsize=KEPT_LISTS)
def _options(choices: PlainChoices, chosen: str) -> SafeString:
    """Return the options of a list as HTML."""
    return format_html_join("", "{}", ((_option(*each, chosen=chosen),) for each in choices))


def _option(first: str, second: str | PlainChoices, *, chosen: str) -> SafeString:
    """Return an option, or a group of options, which Django writes as name and entries."""
    if isinstance(second, tuple):
        return format_html('<optgroup label="{}">{}</optgroup>', first, _options(second, chosen))
    mark = mark_safe(" selected") if first == chosen else ""
    return format_html('<option value="{}"{}>{}</option>', first, mark, second)
