"""What is to be done to many, as the form asks for it, and the deeds that it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.organization import queries as organization
from timshel.interfaces.web.desk.forms import RESOLUTION_CHOICES, fetching
from timshel.interfaces.web.desk.panels import member_choices
from timshel.interfaces.web.desk.words import IMPACT_NAMES, URGENCY_NAMES
from timshel.interfaces.web.filters import service_choices
from timshel.interfaces.web.forms import RefusableForm, text_area
from timshel.interfaces.web.requests import TimshelRequest
from timshel.kernel.errors import Invalid
from timshel.operation.macro import queries as macros
from timshel.operation.teamwork.states import LINK_NAMES
from timshel.operation.work.deeds import ME, Deed, read_deed
from timshel.operation.work.states import BY_HAND, WAITING_NAMES, Trigger
from timshel.resolution_fulfilment.incident.states import PRIORITY_NAMES, SERVICE_STATE_NAMES
from timshel.service_portfolio.parties import queries as parties
from timshel.service_portfolio.service import queries as services

AS_IT_IS = ("", gettext_lazy("Leave it as it is"))
NONE = "-"
RESOLVE_AND_CLOSE = "resolve_and_close"
MOVES = (
    AS_IT_IS,
    (Trigger.START.value, gettext_lazy("Start work")),
    (Trigger.WAIT.value, gettext_lazy("Let it wait")),
    (Trigger.RESUME.value, gettext_lazy("Go on with it")),
    (Trigger.RESOLVE.value, gettext_lazy("Resolve it, or finish it")),
    (RESOLVE_AND_CLOSE, gettext_lazy("Resolve and close it")),
    (Trigger.CLOSE.value, gettext_lazy("Close what is resolved")),
    (Trigger.REOPEN.value, gettext_lazy("Reopen it")),
    (Trigger.CANCEL.value, gettext_lazy("Cancel it")),
)
EARLY = frozenset({Trigger.START, Trigger.WAIT, Trigger.RESUME, Trigger.REOPEN})
SECTIONS: Mapping[str, tuple[str, ...]] = {
    "macro": ("macro",),
    "assign": ("give", "team", "assignee"),
    "change": (
        "title",
        "service",
        "impact",
        "urgency",
        "service_state",
        "priority",
        "priority_reason",
        "parent",
    ),
    "tags": ("tags", "untags"),
    "people": ("watch",),
    "link": ("link_to", "link_kind", "merge_into"),
    "say": ("reply", "waits", "note"),
    "move": ("trigger", "wait_reason", "supplier", "code", "text", "reason"),
}


def _leave(names: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [AS_IT_IS, *((str(key), name) for key, name in names.items())]


class BulkForm(RefusableForm):
    """What is to be done to each of a set; what is left empty is left as it is."""

    macro = forms.CharField(
        label=gettext_lazy("Macro"), required=False, max_length=20, widget=forms.Select
    )
    give = forms.ChoiceField(
        label=gettext_lazy("Who is to have it"),
        required=False,
        choices=[
            AS_IT_IS,
            ("team", gettext_lazy("A team, and nobody in it yet")),
            ("person", gettext_lazy("A person of a team")),
            ("me", gettext_lazy("I take it myself")),
        ],
    )
    team = forms.CharField(
        label=gettext_lazy("Team"),
        required=False,
        max_length=40,
        widget=fetching("desk-members", "#bulk-assignee"),
    )
    assignee = forms.IntegerField(label=gettext_lazy("Person"), required=False, widget=forms.Select)
    title = forms.CharField(label=gettext_lazy("Title"), required=False, max_length=250)
    service = forms.CharField(
        label=gettext_lazy("Service"), required=False, max_length=40, widget=forms.Select
    )
    impact = forms.ChoiceField(
        label=gettext_lazy("Impact"), required=False, choices=_leave(IMPACT_NAMES)
    )
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), required=False, choices=_leave(URGENCY_NAMES)
    )
    service_state = forms.ChoiceField(
        label=gettext_lazy("State of the service"),
        required=False,
        choices=[AS_IT_IS, (NONE, gettext_lazy("Not stated")), *SERVICE_STATE_NAMES.items()],
    )
    priority = forms.ChoiceField(
        label=gettext_lazy("Priority"),
        required=False,
        choices=[
            AS_IT_IS,
            (NONE, gettext_lazy("From impact and urgency")),
            *((str(key), f"P{key}") for key in PRIORITY_NAMES),
        ],
    )
    priority_reason = forms.CharField(
        label=gettext_lazy("Reason for another priority"), required=False, max_length=500
    )
    parent = forms.CharField(
        label=gettext_lazy("Number of the parent"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("A minus takes it away from its parent."),
    )
    tags = forms.CharField(
        label=gettext_lazy("Add tags"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Several are parted by commas."),
    )
    untags = forms.CharField(label=gettext_lazy("Remove tags"), required=False, max_length=500)
    watch = forms.BooleanField(label=gettext_lazy("I want to watch them"), required=False)
    link_to = forms.CharField(
        label=gettext_lazy("Link to the case with the number"), required=False, max_length=20
    )
    link_kind = forms.ChoiceField(
        label=gettext_lazy("How they belong together"),
        required=False,
        choices=[(key.value, name) for key, name in LINK_NAMES.items()],
    )
    merge_into = forms.CharField(
        label=gettext_lazy("Merge into the case with the number"), required=False, max_length=20
    )
    reply = forms.CharField(
        label=gettext_lazy("Reply to the requester"),
        required=False,
        widget=text_area(4),
        help_text=gettext_lazy("It is sent to each requester, and cannot be taken back."),
    )
    waits = forms.BooleanField(
        label=gettext_lazy("Wait for the requester’s answer"), required=False
    )
    note = forms.CharField(label=gettext_lazy("Internal note"), required=False, widget=text_area(3))
    trigger = forms.ChoiceField(label=gettext_lazy("Stage"), required=False, choices=MOVES)
    wait_reason = forms.ChoiceField(
        label=gettext_lazy("Waiting for"),
        required=False,
        choices=[(key.value, WAITING_NAMES[key]) for key in BY_HAND],
    )
    supplier = forms.CharField(
        label=gettext_lazy("Which supplier"), required=False, max_length=40, widget=forms.Select
    )
    code = forms.ChoiceField(
        label=gettext_lazy("How it was resolved"), required=False, choices=RESOLUTION_CHOICES
    )
    text = forms.CharField(
        label=gettext_lazy("What was done"),
        required=False,
        widget=text_area(3),
        help_text=gettext_lazy("The requester reads this when it is resolved."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=1_000,
        help_text=gettext_lazy("Why it is reopened or cancelled."),
    )

    def __init__(self, request: TimshelRequest, given: Any = None) -> None:
        super().__init__(given, auto_id="bulk-%s")
        self.macro_id: int | None = None
        self.macro_name = ""
        self._actor = request.actor
        language = request.actor.language
        self._macros = macros.macro_list(active_only=True, actor=request.actor)
        offered = [(str(each.id), each.name) for each in self._macros]
        self._offer("macro", [("", _("No macro")), *offered])
        teams = organization.team_list(language=language)
        self._offer("team", [("", "–"), *((each.code, each.name) for each in teams)])
        self._offer("assignee", member_choices(str(self["team"].value() or "")))
        areas = services.service_list(language=language)
        unknown = (NONE, _("Not known"))
        self._offer("service", [AS_IT_IS, unknown, *service_choices(areas)])
        rows = parties.supplier_list(language=language, active_only=True)
        suppliers = [(row.code, row.name) for row in rows]
        self._offer("supplier", [("", _("Nobody in particular")), *suppliers])

    def deeds(self) -> tuple[Deed, ...]:
        """Return what is asked for, in the order in which it is done.

        Raises:
            Invalid: all that is wrong, by the fields of this form.
        """
        problems: dict[str, list[Any]] = {}
        found: list[Deed] = []
        for plain, names in self._plain():
            try:
                found.append(read_deed(plain))
            except Invalid as refusal:
                for name, texts in refusal.fields.items():
                    problems.setdefault(names.get(name, name), []).extend(texts)
        chosen = self.cleaned_data["macro"]
        macro = next((each for each in self._macros if str(each.id) == chosen), None)
        if chosen and macro is None:
            problems["macro"] = [_("Please choose one of the choices.")]
        if macro is not None:
            if found:
                problems["macro"] = [_("A macro is done by itself: please choose nothing beside.")]
            self.macro_id, self.macro_name = macro.id, macro.name
            found = list(macros.macro_deeds(macro.id, actor=self._actor))
        if not found and not problems:
            problems[""] = [_("Please say what is to be done.")]
        if problems:
            raise Invalid(problems)
        return tuple(found)

    def _plain(self) -> Iterator[tuple[dict[str, Any], Mapping[str, str]]]:
        """Yield plain deeds, each with the names that this form has for their values."""
        given = self.cleaned_data
        yield from self._assignment()
        changes = dict(self._changes())
        if changes:
            yield {"do": "change", **changes}, {}
        for name, do in (("tags", "tag"), ("untags", "untag")):
            if given[name].strip(" ,"):
                words = [each.strip() for each in given[name].split(",") if each.strip()]
                yield {"do": do, "tags": words}, {"tags": name}
        if given["watch"]:
            yield {"do": "watch", "person": ME}, {"person": "watch"}
        if given["link_to"]:
            yield (
                {"do": "link", "to": given["link_to"], "kind": given["link_kind"]},
                {"to": "link_to", "kind": "link_kind"},
            )
        moves = list(self._moves())
        # A reply starts what is new: whoever starts it, too, starts it before.
        is_early = given["trigger"] in EARLY
        yield from moves if is_early else ()
        if given["reply"].strip():
            yield (
                {"do": "reply", "text": given["reply"], "waits": given["waits"]},
                {"text": "reply"},
            )
        if given["note"].strip():
            yield {"do": "note", "text": given["note"]}, {"text": "note"}
        yield from () if is_early else moves
        if given["merge_into"]:
            yield {"do": "merge", "into": given["merge_into"]}, {"into": "merge_into"}

    def _assignment(self) -> Iterator[tuple[dict[str, Any], Mapping[str, str]]]:
        given = self.cleaned_data
        match given["give"]:
            case "me":
                yield {"do": "assign", "assignee": ME}, {}
            case "team":
                yield {"do": "assign", "team": self._needed("team")}, {}
            case "person":
                team, person = self._needed("team"), self._needed("assignee")
                yield {"do": "assign", "team": team, "assignee": person}, {}

    def _needed(self, name: str) -> Any:
        value = self.cleaned_data.get(name)
        if not value:
            self.add_error(name, _("Please fill this in."))
        return value

    def _changes(self) -> Iterator[tuple[str, Any]]:
        given = self.cleaned_data
        if given["title"].strip():
            yield "title", given["title"].strip()
        for name in ("impact", "urgency"):
            if given[name]:
                yield name, int(given[name])
        for name in ("service", "service_state", "parent"):
            if given[name]:
                yield name, None if given[name] == NONE else given[name]
        if given["priority"]:
            chosen = None if given["priority"] == NONE else int(given["priority"])
            yield "priority", chosen
            yield "priority_reason", given["priority_reason"] if chosen else ""

    def _moves(self) -> Iterator[tuple[dict[str, Any], Mapping[str, str]]]:
        given = self.cleaned_data
        trigger = given["trigger"]
        if not trigger:
            return
        plain: dict[str, Any] = {"do": "move", "trigger": trigger}
        names: dict[str, str] = {}
        if trigger == Trigger.WAIT:
            plain |= {"reason": given["wait_reason"], "supplier": given["supplier"]}
            names = {"reason": "wait_reason"}
        elif trigger in (Trigger.RESOLVE, RESOLVE_AND_CLOSE):
            text = self._needed("text")
            plain |= {"trigger": "resolve", "code": given["code"], "text": text}
        elif trigger in (Trigger.REOPEN, Trigger.CANCEL):
            plain |= {"reason": given["reason"]}
        yield plain, names
        if trigger == RESOLVE_AND_CLOSE:
            yield {"do": "move", "trigger": "close"}, {}

    def _offer(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        widget = self.fields[name].widget
        if isinstance(widget, forms.Select):
            widget.choices = choices
