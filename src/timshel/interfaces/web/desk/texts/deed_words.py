"""What a deed does, in words for people: its name, with what, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.context.organization.queries import team_list
from timshel.context.people.queries import names_by_key
from timshel.interfaces.web.desk import words
from timshel.kernel.actor import Actor
from timshel.kernel.text import labelled
from timshel.operation.macro.queries import PlannedStep
from timshel.operation.work.deeds import DEED_NAMES, ME, Deed, DeedKind
from timshel.operation.work.states import Trigger

TRIGGERS: Mapping[str, Promise] = {
    Trigger.START: gettext_lazy("Start work"),
    Trigger.WAIT: gettext_lazy("Let it wait"),
    Trigger.RESUME: gettext_lazy("Go on with it"),
    Trigger.RESOLVE: gettext_lazy("Resolve"),
    Trigger.REOPEN: gettext_lazy("Reopen"),
    Trigger.CLOSE: gettext_lazy("Close"),
    Trigger.CANCEL: gettext_lazy("Cancel"),
}
ICONS: Mapping[DeedKind, str] = {
    DeedKind.REPLY: "send",
    DeedKind.NOTE: "lock",
    DeedKind.ASSIGN: "user-plus",
    DeedKind.CHANGE: "pencil",
    DeedKind.MOVE: "arrow-right",
    DeedKind.TAG: "tag",
    DeedKind.UNTAG: "tag",
    DeedKind.WATCH: "eye",
    DeedKind.LINK: "link",
    DeedKind.MERGE: "git-merge",
}


@dataclass(frozen=True, slots=True)
class DeedLine:
    """A deed in words.

    Args:
        kind: of the deed.
        icon: its icon.
        deed: what is done.
        detail: with what.
        text: what is said, as Markdown.
        is_possible: whether it can be done.
    """

    kind: str
    icon: str
    deed: str
    detail: str
    text: str
    is_possible: bool


@dataclass(frozen=True, slots=True)
class Names:
    """The names of what deeds name by code or key."""

    teams: Mapping[str, str]
    people: Mapping[int, str]


def planned_lines(steps: Iterable[PlannedStep], actor: Actor) -> list[DeedLine]:
    """Return in words what a macro will do; two queries at most.

    Args:
        steps: of the plan.
        actor: the reader.
    """
    planned = list(steps)
    names = names_of((each.deed for each in planned), actor)
    return [_line(each.deed, names, is_possible=each.is_possible) for each in planned]


def deed_lines(deeds: Iterable[Deed], actor: Actor) -> list[DeedLine]:
    """Return some deeds in words, as if all were possible."""
    found = list(deeds)
    names = names_of(found, actor)
    return [_line(each, names) for each in found]


def names_of(deeds: Iterable[Deed], actor: Actor) -> Names:
    """Return the names of the teams and people in some deeds."""
    found = list(deeds)
    keys = {
        value
        for deed in found
        for name in ("assignee", "person")
        if isinstance(value := deed.values.get(name), int)
    }
    has_team = any(deed.values.get("team") for deed in found)
    teams = team_list(language=actor.language) if has_team else ()
    return Names(
        teams={team.code: team.name for team in teams},
        people=names_by_key(keys) if keys else {},
    )


def _line(deed: Deed, names: Names, *, is_possible: bool = True) -> DeedLine:
    values = deed.values
    name = DEED_NAMES[deed.kind]
    if deed.kind is DeedKind.MOVE:
        name = TRIGGERS[values["trigger"]]
    return DeedLine(
        kind=deed.kind.value,
        icon=ICONS[deed.kind],
        deed=str(name),
        detail=_DETAILS.get(deed.kind, _nothing)(values, names),
        text=str(values.get("text") or ""),
        is_possible=is_possible,
    )


def _nothing(_values: Mapping[str, Any], _names: Names) -> str:
    return ""


def _reply(values: Mapping[str, Any], _names: Names) -> str:
    return _("and wait for the answer") if values.get("waits") else ""


def _assign(values: Mapping[str, Any], names: Names) -> str:
    team = values.get("team")
    found = [names.teams.get(team, team)] if team else []
    person = _person(values.get("assignee"), names)
    return ", ".join([*found, person] if person else found) or _("to nobody yet")


def _watch(values: Mapping[str, Any], names: Names) -> str:
    return _person(values.get("person"), names)


def _person(key: Any, names: Names) -> str:
    if key == ME:
        return _("whoever runs it")
    return names.people.get(key, f"#{key}") if isinstance(key, int) else ""


def _change(values: Mapping[str, Any], _names: Names) -> str:
    return "; ".join(
        labelled(words.field_name(name), words.value_text(name, value))
        for name, value in values.items()
    )


def _move(values: Mapping[str, Any], _names: Names) -> str:
    said = []
    if values.get("code"):
        said.append(words.value_text("resolution_code", values["code"]))
    if values.get("reason"):
        reason = values["reason"]
        is_wait = values["trigger"] == Trigger.WAIT
        said.append(words.value_text("waiting_reason", reason) if is_wait else reason)
    return ", ".join(said)


def _tags(values: Mapping[str, Any], _names: Names) -> str:
    return ", ".join(values["tags"])


def _link(values: Mapping[str, Any], _names: Names) -> str:
    return str(values.get("to") or values.get("into") or "")


_DETAILS: Mapping[DeedKind, Callable[[Mapping[str, Any], Names], str]] = {
    DeedKind.REPLY: _reply,
    DeedKind.ASSIGN: _assign,
    DeedKind.CHANGE: _change,
    DeedKind.MOVE: _move,
    DeedKind.TAG: _tags,
    DeedKind.UNTAG: _tags,
    DeedKind.WATCH: _watch,
    DeedKind.LINK: _link,
    DeedKind.MERGE: _link,
}
