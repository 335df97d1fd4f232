"""The forms of boards and meetings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from timshel.context.people.queries import colleagues_matching
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.governance.customer_names import customer_names
from timshel.interfaces.web.governance.issues.saving import offer
from timshel.interfaces.web.governance.responsibilities_people import found_person
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed
from timshel.service_portfolio.service.queries import service_choices
from timshel.support.meeting.queries import BoardView, MeetingView, titles
from timshel.support.meeting.rules import (
    LONGEST_CODE,
    LONGEST_DECISION,
    LONGEST_MINUTES,
    LONGEST_NAME,
    LONGEST_PURPOSE,
    LONGEST_ROLE,
    LONGEST_TITLE,
    MOST_ITEMS,
    MOST_MONTHS,
    BoardContent,
    MeetingContent,
    MinutesContent,
    StandingItem,
)
from timshel.support.meeting.states import BoardKind, DecidedBy, Presence

SPARE_ROWS = 3
FEWEST_ROWS = 6
MOMENT_FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
BY_NAME = gettext_lazy("Name, mail address or code.")


def person_of(text: str, *, field: str, actor: Actor) -> str:
    """Return the code of whom a text means; colleagues can be named by everybody.

    Raises:
        Invalid: nobody is found, or several.
    """
    try:
        return found_person(text, field=field, actor=actor)
    except NotAllowed:
        found = colleagues_matching(text.strip(), actor=actor)
    wanted = text.strip().casefold()
    exact = [row for row in found if wanted in (row.code.casefold(), row.name.casefold())]
    chosen = exact or list(found)
    if len(chosen) != 1:
        raise Invalid({field: [_("Please write the whole name, or the code.")]})
    return chosen[0].code


def _moment_control() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def _person_field(label: Any, *, required: bool = False, hint: Any = BY_NAME) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=80, help_text=hint)


def _or_none(names: Mapping[str, str], *, also: str) -> list[tuple[str, str]]:
    """Return none, some, and what stands there already, even where it is gone."""
    gone = {also: also} if also and also not in names else {}
    return [("", _("None")), *names.items(), *gone.items()]


class AgendaForm(RefusableForm):
    """The items of an agenda in rows; empty rows are none."""

    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, given: Any = None, *, items: Iterable[StandingItem] = (), **more: Any
    ) -> None:
        super().__init__(given, **more)
        standing = tuple(items)
        count = max(len(standing) + SPARE_ROWS, FEWEST_ROWS)
        if given is not None:
            count = sum(name.startswith("item_") for name in given)
        self.row_count = min(count, MOST_ITEMS + SPARE_ROWS)
        choices = [("", _("Nothing")), *((name, str(title)) for name, title in titles().items())]
        for number in range(1, self.row_count + 1):
            item = standing[number - 1] if number <= len(standing) else StandingItem("")
            self._add(number, item, choices)

    def _add(self, number: int, item: StandingItem, choices: list[tuple[str, str]]) -> None:
        place = {"place": number}
        small = {"class": "form-control row-narrow", "aria-label": _("Place %(place)d") % place}
        wide = {"class": "form-control", "aria-label": _("Item %(place)d") % place}
        choose = {
            "class": "form-select",
            "aria-label": _("Drawn from records for item %(place)d") % place,
        }
        self.fields[f"place_{number}"] = forms.IntegerField(
            initial=number, required=False, widget=forms.NumberInput(attrs=small)
        )
        self.fields[f"item_{number}"] = forms.CharField(
            initial=item.title,
            required=False,
            max_length=LONGEST_TITLE,
            widget=forms.TextInput(attrs=wide),
        )
        self.fields[f"source_{number}"] = forms.ChoiceField(
            initial=item.source,
            required=False,
            choices=choices,
            widget=forms.Select(attrs=choose),
        )

    def rows(self) -> list[tuple[BoundField, BoundField, BoundField]]:
        """Return place, title and source of each row."""
        return [
            (self[f"place_{number}"], self[f"item_{number}"], self[f"source_{number}"])
            for number in range(1, self.row_count + 1)
        ]

    def own_fields(self) -> list[BoundField]:
        """Return the fields that are no rows of the agenda."""
        rows = ("place_", "item_", "source_")
        return [bound for bound in self.visible_fields() if not bound.name.startswith(rows)]

    def agenda(self) -> tuple[StandingItem, ...]:
        """Return the items in the order of their places; a source alone gives its own title."""
        given = self.cleaned_data
        found: list[tuple[int, StandingItem]] = []
        for number in range(1, self.row_count + 1):
            source = given.get(f"source_{number}", "")
            title = given.get(f"item_{number}", "") or str(titles().get(source, ""))
            if title:
                place = given.get(f"place_{number}")
                found.append((number if place is None else place, StandingItem(title, source)))
        return tuple(item for _place, item in sorted(found, key=lambda each: each[0]))


class BoardForm(AgendaForm):
    """What a board is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=LONGEST_NAME)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=BoardKind.choices)
    purpose = forms.CharField(
        label=gettext_lazy("What it is there for"),
        required=False,
        max_length=LONGEST_PURPOSE,
        widget=text_area(3),
    )
    chair = _person_field(
        gettext_lazy("Chair"),
        required=True,
        hint=gettext_lazy("Leads the meetings and approves the minutes. Name, mail or code."),
    )
    secretary = _person_field(gettext_lazy("Secretary"))
    every_months = forms.IntegerField(
        label=gettext_lazy("Meets at least every … months"),
        min_value=1,
        max_value=MOST_MONTHS,
        initial=3,
    )
    service = forms.ChoiceField(label=gettext_lazy("Service it is about"), required=False)
    customer = forms.ChoiceField(label=gettext_lazy("Customer it is about"), required=False)

    def __init__(
        self,
        actor: Actor,
        given: Any = None,
        *,
        items: Iterable[StandingItem] = (),
        view: BoardView | None = None,
    ) -> None:
        super().__init__(given, items=items, initial=board_begun(view) if view else None)
        service, customer = (view.row.service, view.row.customer) if view else ("", "")
        services = dict(service_choices(language=actor.language))
        offer(self, "service", _or_none(services, also=service))
        offer(self, "customer", _or_none(customer_names(actor=actor), also=customer))

    def content(self, actor: Actor) -> BoardContent:
        """Return what was written.

        Raises:
            Invalid: nobody or several people are meant.
        """
        given = self.cleaned_data
        return BoardContent(
            name=given["name"],
            kind=given["kind"],
            purpose=given["purpose"],
            chair=person_of(given["chair"], field="chair", actor=actor),
            secretary=person_of(given["secretary"], field="secretary", actor=actor),
            every_months=given["every_months"],
            service=given["service"],
            customer=given["customer"],
            agenda=self.agenda(),
            is_active=given.get("is_active", True),
        )


class NewBoardForm(BoardForm):
    """A board that is set up."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=LONGEST_CODE,
        help_text=gettext_lazy("Small letters, digits and hyphens; it stays."),
    )
    field_order = ("code",)


class ChangedBoardForm(BoardForm):
    """A board that is changed, and may end."""

    is_active = forms.BooleanField(label=gettext_lazy("It still meets"), required=False)


def board_begun(view: BoardView) -> dict[str, Any]:
    """Return what the form of a board shows at first."""
    row = view.row
    return {
        "name": row.name,
        "kind": row.kind,
        "purpose": view.purpose,
        "chair": row.chair.code,
        "secretary": view.secretary.code if view.secretary else "",
        "every_months": row.every_months,
        "service": row.service,
        "customer": row.customer,
        "is_active": row.is_active,
        "seen_revision": view.revision,
    }


class MemberForm(RefusableForm):
    """Who becomes a member, as what and from when."""

    person = _person_field(gettext_lazy("Who"), required=True)
    role = forms.CharField(
        label=pgettext_lazy("member", "As what"),
        required=False,
        max_length=LONGEST_ROLE,
        help_text=gettext_lazy("For example “speaks for the laboratories”."),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty for today."),
    )


class MeetingForm(RefusableForm):
    """What is said of a meeting beforehand; times in the reader's zone."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=LONGEST_TITLE)
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"), widget=_moment_control(), input_formats=MOMENT_FORMATS
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"), widget=_moment_control(), input_formats=MOMENT_FORMATS
    )
    place = forms.CharField(
        label=pgettext_lazy("meeting", "Place"), required=False, max_length=LONGEST_TITLE
    )
    chair = _person_field(
        gettext_lazy("Chair"), hint=gettext_lazy("Empty for the chair of the board.")
    )
    secretary = _person_field(gettext_lazy("Secretary"))
    invited = forms.CharField(
        label=gettext_lazy("Who is invited"),
        required=False,
        max_length=10_000,
        widget=text_area(5),
        help_text=gettext_lazy(
            "One to a line: name, mail address or code. The members of the board are invited "
            "when its meeting is called."
        ),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def content(self, actor: Actor) -> MeetingContent:
        """Return what was written.

        Raises:
            Invalid: nobody or several people are meant.
        """
        given = self.cleaned_data
        lines = [line for line in given["invited"].splitlines() if line.strip()]
        invited = [person_of(line, field="invited", actor=actor) for line in lines]
        return MeetingContent(
            title=given["title"],
            starts_at=given["starts_at"],
            ends_at=given["ends_at"],
            place=given["place"],
            chair=person_of(given["chair"], field="chair", actor=actor),
            secretary=person_of(given["secretary"], field="secretary", actor=actor),
            invited=tuple(invited),
        )


def meeting_begun(view: MeetingView) -> dict[str, Any]:
    """Return what the form of a meeting shows at first."""
    row = view.row
    return {
        "title": row.title,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "place": row.place,
        "chair": row.chair.code,
        "secretary": view.secretary.code if view.secretary else "",
        "invited": "\n".join(each.person.code for each in view.attendance),
        "seen_revision": view.revision,
    }


class MinutesForm(RefusableForm):
    """What was said on each item, who was there, and the guests."""

    guests = forms.CharField(
        label=gettext_lazy("Guests"),
        required=False,
        max_length=6_000,
        widget=text_area(2),
        help_text=gettext_lazy("One name to a line."),
    )
    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, view: MeetingView, given: Any = None) -> None:
        initial = {"guests": "\n".join(view.guests), "seen_revision": view.revision}
        super().__init__(given, initial=initial)
        self._codes: dict[str, str] = {}
        for item in view.agenda:
            self.fields[f"text_{item.position}"] = forms.CharField(
                label=f"{item.position}. {item.title}",
                initial=item.minutes,
                required=False,
                max_length=LONGEST_MINUTES,
                widget=text_area(4),
            )
        for number, row in enumerate(view.attendance, start=1):
            name = f"presence_{number}"
            self._codes[name] = row.person.code
            self.fields[name] = forms.ChoiceField(
                label=row.person.name, initial=row.presence, choices=Presence.choices
            )

    def texts(self) -> list[BoundField]:
        """Return the fields of the items."""
        return [bound for bound in self.visible_fields() if bound.name.startswith("text_")]

    def presences(self) -> list[BoundField]:
        """Return the fields of those who were invited."""
        return [bound for bound in self.visible_fields() if bound.name in self._codes]

    def content(self) -> MinutesContent:
        """Return what was written."""
        given = self.cleaned_data
        texts = {
            int(name.removeprefix("text_")): value
            for name, value in given.items()
            if name.startswith("text_")
        }
        return MinutesContent(
            texts=texts,
            presence={code: given[name] for name, code in self._codes.items()},
            guests=tuple(given["guests"].splitlines()),
        )


class DecisionForm(RefusableForm):
    """Something that was decided, and how."""

    text = forms.CharField(
        label=gettext_lazy("What was decided"), max_length=LONGEST_DECISION, widget=text_area(3)
    )
    decided_by = forms.ChoiceField(
        label=gettext_lazy("How it was decided"), choices=DecidedBy.choices
    )
