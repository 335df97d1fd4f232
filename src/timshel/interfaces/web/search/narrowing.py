"""What a search is narrowed to, as the page's form and its address say it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from timshel.interfaces.web.filters import (
    Choices,
    Select,
    select_options,
    service_choices,
)
from timshel.interfaces.web.search.words import NAMES
from timshel.kernel.actor import Actor
from timshel.kernel.search.sources import Narrowing
from timshel.operation.work.states import STAGE_NAMES
from timshel.service_portfolio.service.queries import AreaRow

KINDS: Choices = (("", _("Everything")), *NAMES.items())
STAGES: Choices = (("", _("Any stage")), *((str(key), name) for key, name in STAGE_NAMES.items()))
STANDINGS: Choices = (
    ("", _("Open and finished")),
    ("open", _("Open")),
    ("closed", _("Finished")),
)
IS_OPEN = {"open": True, "closed": False}
NAMES_OF_FIELDS = ("kind", "stage", "open", "mine", "service", "since", "until")


class NarrowingForm(forms.Form):
    """What somebody narrows a search to; what cannot be read narrows nothing."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=KINDS)
    stage = forms.ChoiceField(label=_("Stage"), required=False, choices=STAGES)
    open = forms.ChoiceField(label=_("Standing"), required=False, choices=STANDINGS)
    service = forms.CharField(label=_("Service"), required=False, max_length=40)
    mine = forms.BooleanField(label=_("Mine only"), required=False)
    since = forms.DateField(label=_("Opened from"), required=False)
    until = forms.DateField(label=_("Opened until"), required=False)

    def __init__(self, given: Any, *, areas: tuple[AreaRow, ...]) -> None:
        super().__init__(given, auto_id="search-%s")
        self._areas = areas
        self.is_valid()

    def narrowing(self, actor: Actor) -> Narrowing:
        """Return what hits are narrowed to; days are those of the reader's own zone."""
        given = self.cleaned_data.get
        zone = ZoneInfo(actor.time_zone)
        until = given("until")
        return Narrowing(
            kinds=frozenset(filter(None, [given("kind")])),
            stages=frozenset(filter(None, [given("stage")])),
            is_open=IS_OPEN.get(given("open") or ""),
            is_mine=bool(given("mine")),
            service_id=self._service_id(given("service") or ""),
            since=_start(given("since"), zone),
            until=_start(_day_after(until), zone),
        )

    def asked(self) -> dict[str, str]:
        """Return what is set, as parameters of an address."""
        given = self.cleaned_data
        values = {name: given.get(name) for name in NAMES_OF_FIELDS}
        return {
            name: "on" if value is True else str(value) for name, value in values.items() if value
        }

    def count_active(self) -> int:
        """Return how many narrow the search."""
        return len(self.asked())

    def selects(self) -> list[Select]:
        """Return the lists to choose from."""
        offered: dict[str, Choices] = {
            "kind": KINDS,
            "stage": STAGES,
            "open": STANDINGS,
            "service": [("", _("Any service")), *service_choices(self._areas)],
        }
        return [
            (name, self.fields[name].label, self._options(name, choices))
            for name, choices in offered.items()
        ]

    def _options(self, name: str, choices: Choices) -> SafeString:
        return select_options(choices, str(self.cleaned_data.get(name) or ""))

    def _service_id(self, code: str) -> int | None:
        if not code:
            return None
        known = {row.code: row.id for area in self._areas for row in area.services}
        return known.get(code, 0)


def _day_after(day: date | None) -> date | None:
    return None if day is None or day == date.max else day + timedelta(days=1)


def _start(day: date | None, zone: ZoneInfo) -> datetime | None:
    """Return the first moment of a day; years beyond what moments can be told of say nothing."""
    if day is None or not 1900 <= day.year < 9000:
        return None
    return datetime.combine(day, time(), tzinfo=zone)
