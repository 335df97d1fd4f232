"""Stories: what can break in an organisation and how it goes on, as files tell it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from timshel.interfaces.connectors.packs.files import PackFile
from timshel.kernel.actor import Channel

WORKING_DAY = timedelta(hours=10)
UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
PLAIN_DAY = timedelta(days=1)
WORDS = ("text", "reason", "code", "team", "supplier")


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens in a story.

    Args:
        do: what, by a verb of the desk or of the requester.
        least: the shortest time since what happened before; working time, unless the story goes
            on at any hour.
        most: the longest.
        words: the text, reason, code, team or supplier that belongs to it.
        waits: a reply after which the answer is waited for.
    """

    do: str
    least: timedelta
    most: timedelta
    words: Mapping[str, str]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Tellers:
    """Who can live a story; an empty part does not narrow the choice."""

    sites: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()
    language: str = ""


NARROWS_LANGUAGE = frozenset({"sites", "people", "customers"})
ANYBODY = Tellers(sites=frozenset({"aldermoor"}), language="en")


@dataclass(frozen=True, slots=True)
class Story:
    """An incident as it may go, from report to closure.

    Args:
        code: its name in the files.
        offering: what breaks.
        title: with places for what varies, as all texts.
        description: in the words of who reports it.
        steps: what happens then.
        weight: how often it happens, against the others.
        channels: how it may be reported.
        impact: 1 to 3, where the state of the service does not say it.
        urgency: 1 to 3.
        state: of the service, or None.
        symptom: for matching.
        anytime: it goes on at night and on holidays.
        by: who can live it.
        vary: what is said in place of a name in braces; one choice for each incident.
    """

    code: str
    offering: str
    title: str
    description: str
    steps: tuple[Step, ...]
    urgency: int
    weight: int = 1
    channels: tuple[Channel, ...] = (Channel.PORTAL,)
    impact: int = 3
    state: str | None = None
    symptom: str = ""
    anytime: bool = False
    by: Tellers = ANYBODY
    vary: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenNow:
    """A story that is still going on.

    Args:
        story: which.
        ago: how long since it was reported; working time, unless the story goes on at any hour.
        steps: how many of its steps have happened.
        person: who reported it, or nothing for anybody.
    """

    story: str
    ago: timedelta
    steps: int
    person: str = ""


@dataclass(frozen=True, slots=True)
class Strain:
    """Some weeks in which there were too few hands.

    Args:
        since: how long ago they began.
        until: how long ago they were over.
        left_lying: the share of the cases that were left lying in them.
    """

    since: timedelta
    until: timedelta
    left_lying: float


@dataclass(frozen=True, slots=True)
class Earlier:
    """What lies before the last weeks: over by now, and told so that figures have a past.

    Args:
        span: how far back it reaches.
        incidents: how many there were.
        left_lying: the share of the cases that were left lying in the beginning; it gets smaller
            all the time.
        strains: when more were left lying than that.
    """

    span: timedelta
    incidents: int
    left_lying: float
    strains: tuple[Strain, ...]

    def lying(self, ago: timedelta) -> float:
        """Return the share of the cases that were left lying so long ago."""
        for strain in self.strains:
            if strain.until < ago <= strain.since:
                return strain.left_lying
        return self.left_lying * (ago / self.span)


@dataclass(frozen=True, slots=True)
class Plan:
    """How much history is told.

    Args:
        seed: of all chance; the same seed and the same moment give the same history.
        span: how far back the last weeks reach.
        incidents: how many there are in them, those that are still open among them.
        open_now: what is going on at the moment.
        earlier: what lies before.
    """

    seed: int
    span: timedelta
    incidents: int
    open_now: tuple[OpenNow, ...]
    earlier: Earlier


def stories_of(files: Sequence[PackFile]) -> dict[str, Story]:
    """Return the stories of some files by their names.

    Raises:
        InvalidPack: a name is given twice.
    """
    stories: dict[str, Story] = {}
    for file in files:
        for position, told in enumerate(file.data["stories"]):
            if told["id"] in stories:
                sentence = _("There are two stories %(name)s.") % {"name": told["id"]}
                raise file.fault(["stories", position, "id"], sentence)
            stories[told["id"]] = _story(told)
    return stories


def plan_of(file: PackFile, stories: Mapping[str, Story]) -> Plan:
    """Return how much is told.

    Raises:
        InvalidPack: a story is unknown, or has fewer steps than are said to have happened.
    """
    data = file.data
    for position, now in enumerate(data["open"]):
        story = stories.get(now["story"])
        if story is None:
            sentence = _("There is no story %(name)s.") % {"name": now["story"]}
            raise file.fault(["open", position, "story"], sentence)
        if now["steps"] > len(story.steps):
            sentence = _("The story has only %(count)d steps.") % {"count": len(story.steps)}
            raise file.fault(["open", position, "steps"], sentence)
    return Plan(
        seed=data["seed"],
        span=timedelta(weeks=data["weeks"]),
        incidents=data["incidents"],
        open_now=tuple(
            OpenNow(now["story"], span(now["ago"]), now["steps"], now.get("person", ""))
            for now in data["open"]
        ),
        earlier=_earlier(data["earlier"]),
    )


def _earlier(told: Mapping[str, Any]) -> Earlier:
    return Earlier(
        span=timedelta(weeks=told["weeks"]),
        incidents=told["incidents"],
        left_lying=told["left_lying"],
        strains=tuple(
            Strain(
                timedelta(weeks=each["since"]), timedelta(weeks=each["until"]), each["left_lying"]
            )
            for each in told["strains"]
        ),
    )


def _story(told: Mapping[str, Any]) -> Story:
    channels = told.get("channel", Channel.PORTAL)
    anytime = told.get("anytime", False)
    return Story(
        code=told["id"],
        offering=told["offering"],
        title=told["title"],
        description=told["description"],
        steps=tuple(_step(each, PLAIN_DAY if anytime else WORKING_DAY) for each in told["steps"]),
        urgency=told["urgency"],
        weight=told.get("weight", 1),
        channels=tuple(map(Channel, [channels] if isinstance(channels, str) else channels)),
        impact=told.get("impact", 3),
        state=told.get("state"),
        symptom=told.get("symptom", ""),
        anytime=anytime,
        by=_tellers(told["by"]) if "by" in told else ANYBODY,
        vary=told.get("vary", {}),
    )


def _step(told: Mapping[str, Any], day: timedelta) -> Step:
    amount, unit = told["after"].split()
    least, _dash, most = amount.partition("-")
    length = day if unit == "d" else span(f"1 {unit}")
    words = {name: told[name] for name in WORDS if name in told}
    return Step(
        do=told["do"],
        least=int(least) * length,
        most=int(most or least) * length,
        words=words,
        waits=told.get("wait", False),
    )


def _tellers(told: Mapping[str, Any]) -> Tellers:
    """Return who can live a story; where only units are named, those who write in English."""
    return Tellers(
        sites=frozenset(told.get("sites", ())),
        units=frozenset(told.get("units", ())),
        people=frozenset(told.get("people", ())),
        customers=frozenset(told.get("customers", ())),
        language=told.get("language", "" if NARROWS_LANGUAGE & told.keys() else "en"),
    )


def span(text: str) -> timedelta:
    """Return an amount of time as the files write it, such as ``30 min``, ``4 h`` or ``2 d``."""
    amount, unit = text.split()
    return int(amount) * UNITS[unit]
