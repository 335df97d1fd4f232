"""What can be done to any kind of work, as a value: kept in macros and runs, sent by programs.

A deed says what is meant, not how a kind of work does it; ``operation.work.handling`` asks the
kind. Its plain form is JSON, and reading it refuses all that is wrong at once, in sentences.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Invalid, Text
from timshel.kernel.text import is_storable
from timshel.operation.work.states import BY_HAND, Trigger

ME = "me"
"""Names whoever does the deed, as an assignee or a watcher."""

LONGEST_TEXT = 50_000
LONGEST_WORD = 250
LARGEST_KEY = 2**63 - 1
MOST_TAGS = 20
MOST_DEEDS = 20


class DeedKind(StrEnum):
    """What a deed does."""

    REPLY = "reply"
    NOTE = "note"
    ASSIGN = "assign"
    CHANGE = "change"
    MOVE = "move"
    TAG = "tag"
    UNTAG = "untag"
    WATCH = "watch"
    LINK = "link"
    MERGE = "merge"


DEED_NAMES: Mapping[DeedKind, Promise] = {
    DeedKind.REPLY: _("Reply"),
    DeedKind.NOTE: _("Add a note"),
    DeedKind.ASSIGN: _("Assign"),
    DeedKind.CHANGE: _("Change properties"),
    DeedKind.MOVE: _("Move to another stage"),
    DeedKind.TAG: _("Add tags"),
    DeedKind.UNTAG: _("Remove tags"),
    DeedKind.WATCH: _("Add a watcher"),
    DeedKind.LINK: _("Link"),
    DeedKind.MERGE: _("Merge"),
}

LASTING = frozenset({DeedKind.REPLY, DeedKind.NOTE})
"""What was said stays said: no undo takes it back."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do to a piece of work.

    Args:
        kind: what it does.
        values: with what, as plain JSON, complete as :func:`read_deed` leaves it. By kind:
            reply ``{text, waits}`` · note ``{text}`` · assign ``{team, assignee}``: a code or
            None to keep the team, a person's key, ``"me"`` or None for nobody · change
            ``{field: value, …}`` · move ``{trigger, reason, code, text, supplier}`` · tag and
            untag ``{tags}`` · watch ``{person}``: a key or ``"me"`` · link ``{to, kind}`` ·
            merge ``{into}``.
    """

    kind: DeedKind
    values: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    def plain(self) -> dict[str, Any]:
        """Return it as JSON, which :func:`read_deed` reads again."""
        return {"do": self.kind.value, **self.values}


def read_deed(plain: Any) -> Deed:
    """Return a deed from its plain form.

    Args:
        plain: ``{"do": "reply", "text": …}``: the kind, and the values of that kind beside it.

    Raises:
        Invalid: all that is wrong, by field.
    """
    if not isinstance(plain, Mapping):
        raise Invalid({"do": [_("Please say what is to be done.")]})
    try:
        kind = DeedKind(str(plain.get("do")))
    except ValueError as fault:
        raise Invalid({"do": [_("Please say what is to be done.")]}) from fault
    values = {str(name): value for name, value in plain.items() if name != "do"}
    reading = _Reading(values)
    read = _READERS[kind](reading)
    reading.refuse()
    return Deed(kind, MappingProxyType(read))


def read_deeds(plain: Any) -> tuple[Deed, ...]:
    """Return several deeds, to be done in their order.

    Raises:
        Invalid: as for :func:`read_deed`; also where there is none, or more than anybody needs.
    """
    if not isinstance(plain, list | tuple) or not plain:
        raise Invalid({"deeds": [_("Please say what is to be done.")]})
    if len(plain) > MOST_DEEDS:
        raise Invalid({"deeds": [_("These are more than %(count)d.") % {"count": MOST_DEEDS}]})
    return tuple(read_deed(each) for each in plain)


class _Reading:
    """The values of one deed while they are read, and what is wrong with them."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values
        self.problems: dict[str, list[Text]] = {}

    def refuse(self) -> None:
        if self.problems:
            raise Invalid(self.problems)

    def only(self, names: Collection[str]) -> None:
        for name in sorted(set(self.values) - set(names)):
            self.problem(name, _("This is not known here."))

    def problem(self, name: str, sentence: Text) -> None:
        self.problems.setdefault(name, []).append(sentence)

    def text(self, name: str, *, missing: Text | None = None, longest: int = LONGEST_TEXT) -> str:
        """Return words; ``missing`` is said where there are none but have to be."""
        value = self.values.get(name)
        if value is None:
            value = ""
        if not isinstance(value, str) or not is_storable(value):
            self.problem(name, _("This has to be text."))
            return ""
        if len(value) > longest:
            self.problem(name, _("This is longer than %(count)d characters.") % {"count": longest})
        if missing is not None and not value.strip():
            self.problem(name, missing)
        return value

    def word(self, name: str) -> str | None:
        """Return a code or a number; None where nothing is named."""
        return self.text(name, longest=LONGEST_WORD).strip() or None

    def key(self, name: str, *, missing: Text | None = None) -> int | str | None:
        """Return the key of a person, ``"me"``, or None where nobody is named."""
        value = self.values.get(name)
        if value is None or value == "":
            if missing is not None:
                self.problem(name, missing)
            return None
        if value == ME:
            return ME
        return self.whole(name, 1, LARGEST_KEY)

    def whole(self, name: str, least: int, largest: int) -> int | None:
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= largest:
            self.problem(name, _("Please choose one of the choices."))
            return None
        return value

    def choice(self, name: str, choices: Collection[str], *, missing: Text) -> str:
        value = self.values.get(name)
        if not isinstance(value, str) or value not in choices:
            self.problem(name, missing)
            return ""
        return str(value)


def _reply(given: _Reading) -> dict[str, Any]:
    given.only(("text", "waits"))
    waits = given.values.get("waits", False)
    if not isinstance(waits, bool):
        given.problem("waits", _("Please choose one of the choices."))
    return {"text": given.text("text", missing=_("Please write something.")), "waits": waits}


def _note(given: _Reading) -> dict[str, Any]:
    given.only(("text",))
    return {"text": given.text("text", missing=_("Please write something."))}


def _assign(given: _Reading) -> dict[str, Any]:
    given.only(("team", "assignee"))
    if not given.values:
        given.problem("team", _("Please say who is to have it."))
    return {"team": given.word("team"), "assignee": given.key("assignee")}


def _change(given: _Reading) -> dict[str, Any]:
    given.only(CHANGED)
    if not given.values:
        given.problem("", _("Please say what is to be changed."))
    return {name: CHANGED[name](given, name) for name in given.values if name in CHANGED}


def _level(given: _Reading, name: str) -> int | None:
    return given.whole(name, 1, 3)


def _priority(given: _Reading, name: str) -> int | None:
    if given.values[name] is None:
        return None
    if not str(given.values.get("priority_reason") or "").strip():
        given.problem(
            "priority_reason",
            _("Please say why this differs from what impact and urgency give."),
        )
    return given.whole(name, 1, 5)


def _title(given: _Reading, name: str) -> str:
    return given.text(name, missing=_("Please write something."), longest=LONGEST_WORD)


CHANGED: Mapping[str, Callable[[_Reading, str], Any]] = {
    "title": _title,
    "impact": _level,
    "urgency": _level,
    "priority": _priority,
    "priority_reason": lambda given, name: given.text(name, longest=500),
    "service": lambda given, name: given.word(name),
    "offering": lambda given, name: given.word(name),
    "service_state": lambda given, name: given.word(name),
    "symptom": lambda given, name: given.text(name, longest=100),
    "requester_id": lambda given, name: given.whole(name, 1, LARGEST_KEY),
    "parent": lambda given, name: given.word(name),
}
"""The properties that a change can set, and how each is read."""


def _move(given: _Reading) -> dict[str, Any]:
    given.only(("trigger", "reason", "code", "text", "supplier"))
    trigger = given.choice("trigger", tuple(Trigger), missing=_("Please say where it is to go."))
    read = {"trigger": trigger, "text": given.text("text", longest=10_000)}
    for name in ("code", "supplier"):
        read[name] = given.word(name) or ""
    if trigger == Trigger.WAIT:
        read["reason"] = given.choice(
            "reason", BY_HAND, missing=_("Please say what this waits for.")
        )
    else:
        needed = _("Please say why.") if trigger in (Trigger.REOPEN, Trigger.CANCEL) else None
        read["reason"] = given.text("reason", missing=needed, longest=1_000)
    return read


def _tags(given: _Reading) -> dict[str, Any]:
    given.only(("tags",))
    tags = given.values.get("tags")
    named = (
        [each.strip() for each in tags if isinstance(each, str) and is_storable(each)]
        if isinstance(tags, list | tuple)
        else []
    )
    if not named or len(named) != len(tags or ()) or not all(named):
        given.problem("tags", _("Please name at least one tag."))
    if len(named) > MOST_TAGS or any(len(each) > LONGEST_WORD for each in named):
        given.problem("tags", _("These are too many tags, or one of them is too long."))
    return {"tags": list(dict.fromkeys(named))}


def _watch(given: _Reading) -> dict[str, Any]:
    given.only(("person",))
    return {"person": given.key("person", missing=_("Please say who is to watch it."))}


def _link(given: _Reading) -> dict[str, Any]:
    given.only(("to", "kind"))
    to = given.text("to", missing=_("Please name the other case."), longest=LONGEST_WORD)
    return {"to": to.strip(), "kind": given.word("kind") or "related"}


def _merge(given: _Reading) -> dict[str, Any]:
    given.only(("into",))
    into = given.text("into", missing=_("Please name the other case."), longest=LONGEST_WORD)
    return {"into": into.strip()}


_READERS: Mapping[DeedKind, Callable[[_Reading], dict[str, Any]]] = {
    DeedKind.REPLY: _reply,
    DeedKind.NOTE: _note,
    DeedKind.ASSIGN: _assign,
    DeedKind.CHANGE: _change,
    DeedKind.MOVE: _move,
    DeedKind.TAG: _tags,
    DeedKind.UNTAG: _tags,
    DeedKind.WATCH: _watch,
    DeedKind.LINK: _link,
    DeedKind.MERGE: _merge,
}
