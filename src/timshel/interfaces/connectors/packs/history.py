"""Two years of history from stories: who lived which, when, and who helped.

All chance comes from one seed, so that the same stories, people and moment give the same history.
People act in the working hours of their own site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random

from timshel.interfaces.connectors.packs.stories import OpenNow, Plan, Step, Story
from timshel.kernel.actor import Channel
from timshel.kernel.calendar import BusinessCalendar
from timshel.operation.work.states import WaitingReason
from timshel.resolution_fulfilment.incident.actions import IncidentReport
from timshel.resolution_fulfilment.incident.histories import (
    Assigned,
    Cancelled,
    Closed,
    Doer,
    Escalated,
    Happening,
    IncidentHistory,
    Noted,
    Reopened,
    Replied,
    Resolved,
    Resumed,
    Waited,
)
from timshel.resolution_fulfilment.incident.rules import CLOSE_AFTER

BY_THE_REQUESTER = frozenset({"answer", "reopen", "confirm", "withdraw"})
SPOKEN = frozenset({Channel.PHONE, Channel.WALK_IN, Channel.CHAT})
SYSTEM = Doer(None, "Timshel", Channel.SYSTEM)
MONITORING = Doer(None, "Monitoring", Channel.MONITORING)
SWEEP_MINUTE = 7
SHARE_OF_THE_TIME = 0.9
UNEVENNESS = 0.04
EVER_MORE = 0.7
"""How much nearer to their end stories of a time lie; 1 would spread them evenly."""

LEFT_LYING = 12
"""So many times longer everything takes that is done for a case which was left lying."""

FINGERPRINT = "1"
FIRST_LANGUAGE = "en"


@dataclass(frozen=True, slots=True)
class Someone:
    """A person as histories need them.

    Args:
        id: the person's key.
        code: as the files name them.
        name: in full.
        language: in which they write.
        site: the code of their site, or nothing.
        unit: the code of their unit, or nothing.
        customer: the code of the customer whose contact they are, or nothing.
        hours: when they work.
    """

    id: int
    code: str
    name: str
    language: str
    site: str
    unit: str
    customer: str
    hours: BusinessCalendar = field(repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class House:
    """The organisation as histories need it.

    Args:
        people: everybody.
        members: the people of each team, by its key.
        team_codes: the teams' codes by their keys.
        route: the key of the team that takes work for an offering.
        next_level: the key of the team behind a team for an offering.
    """

    people: Sequence[Someone]
    members: Mapping[int, Sequence[Someone]]
    team_codes: Mapping[int, str]
    route: Callable[[str], int | None]
    next_level: Callable[[int, str], int | None]


def tell(
    stories: Mapping[str, Story], plan: Plan, *, house: House, at: datetime
) -> list[IncidentHistory]:
    """Return the histories of the last weeks in the order in which they were reported.

    Args:
        stories: by their names.
        plan: how much is told.
        house: who lives them.
        at: now; nothing happens later.
    """
    chance = Random(plan.seed)  # noqa: S311 - a made-up past, nothing secret
    teller = _Teller(house, chance, at)
    histories = [
        teller.going_on(f"open-{number:03d}", stories[now.story], now)
        for number, now in enumerate(plan.open_now, start=1)
    ]
    weights = [story.weight for story in stories.values()]
    past = chance.choices(list(stories.values()), weights, k=plan.incidents - len(histories))
    histories += [
        teller.past(f"past-{number:03d}", story, since=at - plan.span, until=at)
        for number, story in enumerate(past, start=1)
    ]
    return _in_order(histories)


def tell_earlier(
    stories: Mapping[str, Story], plan: Plan, *, house: House, at: datetime
) -> list[IncidentHistory]:
    """Return the histories of what lies before the last weeks, in the order of their reports.

    Their chance is their own: however many there are, the last weeks stay as they are.

    Args:
        stories: by their names.
        plan: how much is told.
        house: who lives them.
        at: now; all of them are over long before.
    """
    earlier = plan.earlier
    chance = Random(plan.seed + 1)  # noqa: S311 - a made-up past, nothing secret
    teller = _Teller(
        house, chance, at, lying=lambda moment: earlier.lying(at - moment), bend=EVER_MORE
    )
    weights = [story.weight for story in stories.values()]
    past = chance.choices(list(stories.values()), weights, k=earlier.incidents)
    return _in_order(
        teller.past(f"earlier-{number:04d}", story, since=at - earlier.span, until=at - plan.span)
        for number, story in enumerate(past, start=1)
    )


def _in_order(histories: Iterable[IncidentHistory]) -> list[IncidentHistory]:
    return sorted(histories, key=lambda history: (history.opened_at, history.external_id))


def _never(_moment: datetime) -> float:
    """Leave no case lying."""
    return 0


class _Teller:
    """Chooses people and moments for stories.

    Args:
        house: who lives them.
        chance: decides.
        at: now.
        lying: the share of the cases reported at a moment that are left lying.
        bend: how stories lie in their time: 1 is evenly, less is nearer to its end.
    """

    def __init__(
        self,
        house: House,
        chance: Random,
        at: datetime,
        *,
        lying: Callable[[datetime], float] = _never,
        bend: float = 1,
    ) -> None:
        self._house = house
        self._chance = chance
        self._at = at
        self._lying = lying
        self._bend = bend

    def past(self, name: str, story: Story, *, since: datetime, until: datetime) -> IncidentHistory:
        """Return a story that began between two moments, as far as it has come by now."""
        requester = self._requester(story)
        share = self._chance.random() ** self._bend
        if story.anytime:
            opened_at = since + share * (until - since)
        else:
            passed = requester.hours.working_time(since, until)
            opened_at = requester.hours.add(since, share * passed)
        slowness = self._slowness(opened_at)
        case = _Case(self._house, self._chance, story, requester, opened_at, slowness=slowness)
        happenings = [each for each in case.live(story.steps) if each.at <= self._at]
        return case.history(name, [*happenings, *self._closing(happenings)])

    def going_on(self, name: str, story: Story, now: OpenNow) -> IncidentHistory:
        """Return a story that began a given time ago and has come to a given step."""
        requester = self._requester(story, now.person)
        ago = now.ago * (1 + UNEVENNESS * self._chance.random())
        opened_at = self._at - ago if story.anytime else _before(requester.hours, self._at, ago)
        case = _Case(self._house, self._chance, story, requester, opened_at)
        happenings = list(case.live(story.steps[: now.steps]))
        if happenings and happenings[-1].at > self._at:
            happenings = [self._earlier(each, happenings[-1].at, case) for each in happenings]
        return case.history(name, happenings)

    def _earlier(self, happening: Happening, last: datetime, case: _Case) -> Happening:
        """Return what happened at a moment that leaves time for all until now."""
        opened_at = case.opened_at
        share = SHARE_OF_THE_TIME * ((happening.at - opened_at) / (last - opened_at))
        return replace(happening, at=opened_at + share * (self._at - opened_at))

    def _slowness(self, opened_at: datetime) -> int:
        share = self._lying(opened_at)
        return LEFT_LYING if share and self._chance.random() < share else 1

    def _closing(self, happenings: Sequence[Happening]) -> Iterator[Happening]:
        """Yield the closing by the sweep, where nobody has said anything for long enough."""
        if not happenings or not isinstance(happenings[-1], Resolved):
            return
        due = happenings[-1].at + CLOSE_AFTER
        swept_at = due.replace(minute=SWEEP_MINUTE, second=0, microsecond=0)
        if swept_at < due:
            swept_at += timedelta(hours=1)
        if swept_at <= self._at:
            yield Closed(swept_at, SYSTEM)

    def _requester(self, story: Story, code: str = "") -> Someone:
        helping = self._house.members.get(self._house.route(story.offering) or 0, ())
        able = [
            person
            for person in self._house.people
            if (person.code == code if code else can_live(story, person)) and person not in helping
        ]
        return self._chance.choice(able)


class _Case:
    """One incident while its story is told."""

    def __init__(
        self,
        house: House,
        chance: Random,
        story: Story,
        requester: Someone,
        opened_at: datetime,
        *,
        slowness: int = 1,
    ) -> None:
        self._slowness = slowness
        self.opened_at = opened_at.replace(microsecond=0)
        self._house = house
        self._chance = chance
        self._story = story
        self._requester = requester
        self._team = house.route(story.offering)
        self._first_helper = self._helper = self._member()
        self._channel = chance.choice(story.channels)
        self._said = {name: chance.choice(choices) for name, choices in story.vary.items()}
        self._said["requester"] = requester.name.split()[0]

    def live(self, steps: Sequence[Step]) -> Iterator[Happening]:
        """Yield what happens, step by step."""
        moment = self.opened_at
        for step in steps:
            delay = step.least + self._chance.random() * (step.most - step.least)
            if step.least == step.most:
                delay *= 0.8 + 0.4 * self._chance.random()
            actor = self._requester
            if step.do not in BY_THE_REQUESTER:
                actor, delay = self._helper, delay * self._slowness
            moment = moment + delay if self._story.anytime else actor.hours.add(moment, delay)
            moment = moment.replace(microsecond=0)
            yield from self._happens(step, moment)

    def history(self, name: str, happenings: Sequence[Happening]) -> IncidentHistory:
        """Return the history of the incident with what happened."""
        return IncidentHistory(
            external_id=name,
            fingerprint=FINGERPRINT,
            report=IncidentReport(
                title=self._words(self._story.title),
                description=self._words(self._story.description),
                offering=self._story.offering,
                impact=self._story.impact,
                urgency=self._story.urgency,
                service_state=self._story.state,
                requester_id=self._requester.id,
                channel=self._channel,
                symptom=self._story.symptom,
            ),
            opened_at=self.opened_at,
            opened_by=self._opener(),
            happenings=tuple(happenings),
        )

    def _opener(self) -> Doer:
        if self._channel is Channel.MONITORING:
            return MONITORING
        if self._channel in SPOKEN:
            return self._doer(self._first_helper)
        return self._doer(self._requester, self._channel)

    def _happens(self, step: Step, moment: datetime) -> Iterator[Happening]:
        if step.do in BY_THE_REQUESTER:
            yield self._by_requester(step, moment)
        elif step.do in ("escalate", "assign"):
            yield self._handed_over(step, moment)
        else:
            yield self._by_helper(step, moment)

    def _by_requester(self, step: Step, moment: datetime) -> Happening:
        channel = Channel.MAIL if self._channel is Channel.MAIL else Channel.PORTAL
        doer = self._doer(self._requester, channel)
        reason = self._words(step.words.get("reason", ""))
        match step.do:
            case "answer":
                return Replied(moment, doer, self._words(step.words["text"]), by_requester=True)
            case "reopen":
                return Reopened(moment, doer, reason)
            case "confirm":
                return Closed(moment, doer)
            case _:
                return Cancelled(moment, doer, reason)

    def _by_helper(self, step: Step, moment: datetime) -> Happening:
        doer = self._doer(self._helper)
        text = self._words(step.words.get("text", ""))
        match step.do:
            case "take":
                return Assigned(moment, doer, assignee_id=self._helper.id)
            case "reply":
                return Replied(moment, doer, text, waits=step.waits)
            case "note":
                return Noted(moment, doer, text)
            case "wait":
                reason, supplier = step.words["reason"], step.words.get("supplier")
                return Waited(moment, doer, WaitingReason(reason), text, supplier)
            case "resume":
                return Resumed(moment, doer)
            case "resolve":
                return Resolved(moment, doer, step.words["code"], text)
            case _:
                return Cancelled(moment, doer, self._words(step.words["reason"]))

    def _handed_over(self, step: Step, moment: datetime) -> Happening:
        doer = self._doer(self._helper)
        if step.do == "escalate" and self._team is not None:
            behind = self._house.next_level(self._team, self._story.offering)
            if behind is not None and self._others(behind):
                self._give(behind)
                code = self._house.team_codes[behind]
                return Escalated(moment, doer, code, self._words(step.words["reason"]))
        if step.do == "assign":
            wanted = step.words["team"]
            self._give(next(key for key, code in self._house.team_codes.items() if code == wanted))
            return Assigned(moment, doer, team=wanted)
        return Noted(moment, doer, self._words(step.words["reason"]))

    def _give(self, team: int) -> None:
        self._team = team
        self._helper = self._member()

    def _member(self) -> Someone:
        """Return somebody of the team who writes the story's language, rather of the same site."""
        able = self._others(self._team or 0) or [self._requester]
        if self._requester.language != FIRST_LANGUAGE:
            able = [m for m in able if m.language == self._requester.language] or able
        weights = [5 if member.site == self._requester.site else 1 for member in able]
        return self._chance.choices(able, weights)[0]

    def _others(self, team: int) -> list[Someone]:
        """Return the people of a team without the requester, whom somebody else has to help."""
        members = self._house.members.get(team, ())
        return [each for each in members if each.id != self._requester.id]

    def _words(self, text: str) -> str:
        return text.format_map(self._said).strip()

    @staticmethod
    def _doer(person: Someone, channel: Channel = Channel.DESK) -> Doer:
        return Doer(person.id, person.name, channel)


def can_live(story: Story, person: Someone) -> bool:
    """Tell whether a story can happen to a person."""
    by = story.by
    if by.people:
        return person.code in by.people
    if by.customers:
        return person.customer in by.customers
    return (
        not person.customer
        and (not by.units or person.unit in by.units)
        and (not by.sites or person.site in by.sites)
        and person.language == (by.language or person.language)
    )


def _before(hours: BusinessCalendar, moment: datetime, amount: timedelta) -> datetime:
    """Return the last second from which ``amount`` of working time leads to a moment."""
    low, high = moment - 10 * amount - timedelta(days=14), moment
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if hours.working_time(middle, moment) >= amount:
            low = middle
        else:
            high = middle
    return low
