"""The one catalogue of what a person can be told, and what holds where they chose nothing.

A topic says in which part of theirs a person hears of it, by which ways unless they choose
otherwise, and which ways cannot be switched off. What is sent to a whole team in the product is
off until somebody asks for it: a queue shows the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.support.notification.states import Audience, Way


class Topic(StrEnum):
    """What somebody can be told."""

    ASSIGNED = "work.assigned"
    TEAM_ASSIGNED = "work.team_assigned"
    ANSWERED = "work.answered"
    REOPENED = "work.reopened"
    MENTIONED = "work.mentioned"
    CLOCK_NEAR = "clock.near"
    CLOCK_MISSED = "clock.missed"
    RECEIVED = "work.received"
    REPLIED = "work.replied"
    RESOLVED = "work.resolved"
    ENDED = "work.ended"
    WATCHING = "work.watching"
    WATCHED = "work.watched"
    OUTAGE_OVER = "outage.over"
    RATING_ANSWERED = "rating.answered"
    RATED_POORLY = "rating.poor"
    APPROVAL_ASKED = "approval.asked"
    APPROVAL_REMINDED = "approval.reminded"
    APPROVAL_DECIDED = "approval.decided"
    STANDING_IN = "approval.standing_in"
    BULK_FINISHED = "bulk.finished"
    ERRAND_FINISHED = "errand.finished"
    CALL_BACK_DUE = "call.back_due"
    HANDED_OVER = "shift.handed_over"
    PROCESS_STUCK = "process.stuck"
    REVIEW_DUE = "catalogue.review_due"
    WEBHOOK_STOPPED = "webhook.stopped"
    ACCOUNTS_HANDED_OVER = "authority.accounts_handed_over"
    ADDRESS_MARKED = "mail.address_marked"
    MAILBOX_TROUBLED = "mail.mailbox_troubled"
    ACTION_GIVEN = "action.given"
    ACTION_DUE = "action.due"
    ACTION_LATE = "action.late"
    DUE = "due.reminded"
    DUE_LONG_OVER = "due.escalated"
    IMPROVEMENT_MOVED = "improvement.moved"
    FEEDBACK_RECEIVED = "feedback.received"
    FEEDBACK_ANSWERED = "feedback.answered"
    TRIAL = "notification.trial"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the catalogue.

    Args:
        label: what happened, as preferences call it.
        audience: in which part of theirs people hear of it.
        ways: by which ways, unless somebody chooses otherwise.
        obliged: by which ways in any case.
        is_bundled: several of them about one record within minutes make one mail.
        goes_to_substitute: whoever stands in for somebody hears of it, too.
        is_chosen: whether it stands in the preferences at all.
    """

    label: Text
    audience: Audience
    ways: frozenset[Way]
    obliged: frozenset[Way] = frozenset()
    is_bundled: bool = False
    goes_to_substitute: bool = False
    is_chosen: bool = True


_PRODUCT = frozenset({Way.PRODUCT})
_MAIL = frozenset({Way.MAIL})
_WRITTEN = _PRODUCT | _MAIL
_ALL = frozenset(Way)
_NONE: frozenset[Way] = frozenset()
_AGENT, _REQUESTER, _EVERYBODY = Audience.AGENT, Audience.REQUESTER, Audience.EVERYBODY

CATALOGUE: Mapping[Topic, Entry] = {
    Topic.ASSIGNED: Entry(_("Work is given to me"), _AGENT, _ALL, goes_to_substitute=True),
    Topic.TEAM_ASSIGNED: Entry(_("My team gets work that nobody has yet"), _AGENT, _NONE),
    Topic.ANSWERED: Entry(
        _("The requester answers on work of mine"),
        _AGENT,
        _ALL,
        is_bundled=True,
        goes_to_substitute=True,
    ),
    Topic.REOPENED: Entry(_("Work of mine is reopened"), _AGENT, _ALL, goes_to_substitute=True),
    Topic.MENTIONED: Entry(
        _("Somebody mentions me"), _AGENT, _ALL, is_bundled=True, goes_to_substitute=True
    ),
    Topic.CLOCK_NEAR: Entry(_("The time of work runs out"), _AGENT, _ALL, goes_to_substitute=True),
    Topic.CLOCK_MISSED: Entry(
        _("The time of work has run out"), _AGENT, _ALL, goes_to_substitute=True
    ),
    Topic.RECEIVED: Entry(_("What I sent has arrived"), _REQUESTER, _MAIL),
    Topic.REPLIED: Entry(
        _("Somebody replies on a case of mine"), _REQUESTER, _ALL, is_bundled=True
    ),
    Topic.RESOLVED: Entry(_("A case of mine is solved"), _REQUESTER, _ALL),
    Topic.ENDED: Entry(_("A case of mine has come to another end"), _REQUESTER, _WRITTEN),
    Topic.WATCHING: Entry(_("Somebody shares a case with me"), _EVERYBODY, _WRITTEN),
    Topic.WATCHED: Entry(
        _("There is news of a case that I watch"), _EVERYBODY, _PRODUCT, is_bundled=True
    ),
    Topic.OUTAGE_OVER: Entry(
        _("An outage that hits me is over"), _REQUESTER, _WRITTEN | frozenset({Way.PUSH})
    ),
    Topic.RATING_ANSWERED: Entry(_("What came of my rating"), _REQUESTER, _WRITTEN),
    Topic.RATED_POORLY: Entry(_("Somebody was not content with my team"), _AGENT, _PRODUCT),
    Topic.APPROVAL_ASKED: Entry(_("I am asked to approve something"), _EVERYBODY, _ALL, _WRITTEN),
    Topic.APPROVAL_REMINDED: Entry(_("An approval still waits for me"), _EVERYBODY, _ALL, _WRITTEN),
    Topic.APPROVAL_DECIDED: Entry(_("Something that I asked for is decided"), _EVERYBODY, _WRITTEN),
    Topic.STANDING_IN: Entry(_("I stand in for somebody"), _EVERYBODY, _WRITTEN, _WRITTEN),
    Topic.BULK_FINISHED: Entry(_("What I began for many cases is done"), _AGENT, _PRODUCT),
    Topic.ERRAND_FINISHED: Entry(_("Long work that I began is done"), _AGENT, _PRODUCT),
    Topic.CALL_BACK_DUE: Entry(
        _("I am to call somebody back"),
        _AGENT,
        frozenset({Way.PRODUCT, Way.PUSH}),
        goes_to_substitute=True,
    ),
    Topic.HANDED_OVER: Entry(_("A shift is handed over to me"), _AGENT, _WRITTEN),
    Topic.PROCESS_STUCK: Entry(_("A process that I answer for is stuck"), _AGENT, _WRITTEN),
    Topic.REVIEW_DUE: Entry(
        _("Something of mine in the catalogue is to be looked through"), _AGENT, _WRITTEN
    ),
    Topic.WEBHOOK_STOPPED: Entry(_("A webhook of mine is paused by itself"), _EVERYBODY, _WRITTEN),
    Topic.ACCOUNTS_HANDED_OVER: Entry(
        _("Programs are handed over to me, for which I answer"), _EVERYBODY, _WRITTEN
    ),
    Topic.ADDRESS_MARKED: Entry(_("Mail to somebody does not arrive"), _AGENT, _PRODUCT),
    Topic.MAILBOX_TROUBLED: Entry(_("A mailbox cannot be reached"), _AGENT, _WRITTEN),
    Topic.ACTION_GIVEN: Entry(_("I am to do something until a day"), _EVERYBODY, _WRITTEN),
    Topic.ACTION_DUE: Entry(
        _("The last day of what I am to do comes near or is over"), _EVERYBODY, _WRITTEN
    ),
    Topic.ACTION_LATE: Entry(
        _("Somebody who reports to me has left something undone for long"), _AGENT, _WRITTEN
    ),
    Topic.DUE: Entry(
        _("The day of something that I look after comes near or is over"), _EVERYBODY, _WRITTEN
    ),
    Topic.DUE_LONG_OVER: Entry(
        _("Something of the management system has been overdue for a fortnight"), _AGENT, _WRITTEN
    ),
    Topic.IMPROVEMENT_MOVED: Entry(_("What becomes of what I suggested"), _EVERYBODY, _WRITTEN),
    Topic.FEEDBACK_RECEIVED: Entry(
        _("Somebody says something to what I had told"), _EVERYBODY, _WRITTEN
    ),
    Topic.FEEDBACK_ANSWERED: Entry(
        _("What I said to an announcement is answered"), _EVERYBODY, _WRITTEN
    ),
    Topic.TRIAL: Entry(
        _("A notice to try it out"), _EVERYBODY, _ALL, frozenset(Way), is_chosen=False
    ),
}


def chosen_topics(*, is_agent: bool) -> tuple[Topic, ...]:
    """Return what somebody may choose about, in the order of the catalogue.

    Args:
        is_agent: whether they work on what others ask for.
    """
    return tuple(
        topic
        for topic, entry in CATALOGUE.items()
        if entry.is_chosen and (is_agent or entry.audience != Audience.AGENT)
    )
