"""What a deed does, in words, for those who decide about it or look back at it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from timshel.context.organization import queries as organization
from timshel.context.people import queries as people
from timshel.interfaces.web.desk import words
from timshel.kernel.actor import Actor
from timshel.operation.teamwork.states import LINK_NAMES, WorkLinkKind
from timshel.operation.work.deeds import LASTING, ME, Deed, DeedKind
from timshel.operation.work.states import WAITING_NAMES, Trigger, WaitingReason


@dataclass(frozen=True, slots=True)
class ShownDeed:
    """A deed in words.

    Args:
        text: what is done.
        quote: what is said with it, or nothing.
        lasts: whether nothing takes it back.
    """

    text: str
    quote: str
    lasts: bool


def shown_deeds(deeds: Sequence[Deed], *, actor: Actor) -> list[ShownDeed]:
    """Return deeds in words, with the names of the teams and people that they mean.

    Args:
        deeds: in their order.
        actor: who reads: the person whose run it is, who chose the people.
    """
    given = [deed.values for deed in deeds if deed.kind is DeedKind.ASSIGN]
    teams = {}
    if any(each["team"] for each in given):
        teams = {row.code: row.name for row in organization.team_list(language=actor.language)}
    keys = {each["assignee"] for each in given if isinstance(each["assignee"], int)}
    names = people.names_by_key(keys) if keys else {}
    return [_shown(deed, teams, names) for deed in deeds]


def _shown(deed: Deed, teams: Mapping[str, str], names: Mapping[int, str]) -> ShownDeed:
    values = deed.values
    quote = str(values.get("text") or values.get("reason") or "")
    match deed.kind:
        case DeedKind.REPLY:
            text = _("Reply to the requester")
        case DeedKind.NOTE:
            text = _("Add an internal note")
        case DeedKind.ASSIGN:
            text = _assignment(values, teams, names)
        case DeedKind.CHANGE:
            text = _changes(values)
        case DeedKind.MOVE:
            text = _move(values)
            quote = "" if values["trigger"] == Trigger.WAIT and not values["text"] else quote
        case _:
            text = _around(deed.kind, values)
    return ShownDeed(text, quote, lasts=deed.kind in LASTING)


def _assignment(
    values: Mapping[str, Any], teams: Mapping[str, str], names: Mapping[int, str]
) -> str:
    team = teams.get(values["team"] or "", values["team"] or "")
    assignee = values["assignee"]
    if assignee is None:
        if not team:
            return _("Take it from whoever has it")
        return _("Give it to %(team)s, to nobody yet") % {"team": team}
    name = _("me") if assignee == ME else names.get(assignee, _("somebody"))
    if not team:
        return _("Give it to %(person)s") % {"person": name}
    return _("Give it to %(person)s of %(team)s") % {"person": name, "team": team}


def _changes(values: Mapping[str, Any]) -> str:
    parts = [
        _("%(field)s: %(value)s")
        % {
            "field": words.field_name(name.removesuffix("_id")),
            "value": words.value_text(name, value),
        }
        for name, value in values.items()
        if not (name == "priority_reason" and not value)
    ]
    return _("Set %(changes)s") % {"changes": ", ".join(parts)}


def _move(values: Mapping[str, Any]) -> str:
    match values["trigger"]:
        case Trigger.START:
            return _("Start work")
        case Trigger.WAIT:
            return str(WAITING_NAMES[WaitingReason(values["reason"])])
        case Trigger.RESUME:
            return _("Go on with it")
        case Trigger.RESOLVE:
            return _("Resolve it, or finish it")
        case Trigger.CLOSE:
            return _("Close it")
        case Trigger.REOPEN:
            return _("Reopen it")
        case _:
            return _("Cancel it")


def _around(kind: DeedKind, values: Mapping[str, Any]) -> str:
    match kind:
        case DeedKind.TAG:
            return _("Add the tags %(tags)s") % {"tags": ", ".join(values["tags"])}
        case DeedKind.UNTAG:
            return _("Remove the tags %(tags)s") % {"tags": ", ".join(values["tags"])}
        case DeedKind.WATCH:
            return _("Have it watched")
        case DeedKind.LINK:
            known = values["kind"] in set(WorkLinkKind)
            name = LINK_NAMES[WorkLinkKind(values["kind"])] if known else values["kind"]
            return _("Link: %(how)s %(number)s") % {"how": name, "number": values["to"]}
        case _:
            return _("Merge it into %(number)s") % {"number": values["into"]}
