"""The words of notices, made from their parts in the language of whoever reads them, then.

Everything comes in as plain data that the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from timshel.kernel.letters import Draft
from timshel.support.notification.topics import CATALOGUE, Topic

LONGEST_EXCERPT = 140
LONGEST_PUSH = 120
ALONE = "notice."  # before the topic
DIGEST = "notification.digest"
BUNDLE = "notification.bundle"

Parts = Mapping[str, Any]


class _Known(dict[str, Any]):
    """Parts of a sentence: one that was not told leaves its place empty."""

    def __missing__(self, key: str) -> str:
        return ""


_SENTENCES: Mapping[Topic, Promise | str] = {
    Topic.ASSIGNED: gettext_lazy("%(number)s was given to you: %(title)s"),
    Topic.TEAM_ASSIGNED: gettext_lazy("%(team)s got %(number)s: %(title)s"),
    Topic.ANSWERED: gettext_lazy("%(by)s answered on %(number)s: %(title)s"),
    Topic.REOPENED: gettext_lazy("%(number)s was reopened: %(title)s"),
    Topic.MENTIONED: gettext_lazy("%(by)s mentioned you on %(number)s: %(title)s"),
    Topic.CLOCK_NEAR: gettext_lazy("The time of %(number)s runs out: %(title)s"),
    Topic.CLOCK_MISSED: gettext_lazy("%(number)s is late: %(title)s"),
    Topic.RECEIVED: gettext_lazy("We received %(number)s: %(title)s"),
    Topic.REPLIED: gettext_lazy("%(by)s replied on %(number)s: %(title)s"),
    Topic.RESOLVED: gettext_lazy("%(number)s is believed to be solved: %(title)s"),
    Topic.ENDED: gettext_lazy("%(number)s has come to its end: %(title)s"),
    Topic.WATCHING: gettext_lazy("%(by)s shared %(number)s with you: %(title)s"),
    Topic.WATCHED: gettext_lazy("There is news of %(number)s: %(title)s"),
    Topic.APPROVAL_ASKED: gettext_lazy("Your approval is asked for %(number)s: %(title)s"),
    Topic.APPROVAL_REMINDED: gettext_lazy(
        "Your approval is still waited for, for %(number)s: %(title)s"
    ),
    Topic.APPROVAL_DECIDED: gettext_lazy("The approval of %(number)s is decided: %(title)s"),
    Topic.STANDING_IN: gettext_lazy("You stand in for %(person)s."),
    Topic.BULK_FINISHED: gettext_lazy("What you began for many cases is done: %(title)s"),
    Topic.ERRAND_FINISHED: gettext_lazy("This is done: %(title)s"),
    Topic.CALL_BACK_DUE: gettext_lazy("You are to call %(person)s back."),
    Topic.OUTAGE_OVER: gettext_lazy("It works again: %(title)s"),
    Topic.RATING_ANSWERED: gettext_lazy(
        "%(by)s says what came of your rating of %(number)s: %(excerpt)s"
    ),
    Topic.RATED_POORLY: gettext_lazy("%(by)s was not content with %(number)s: %(title)s"),
    Topic.HANDED_OVER: gettext_lazy("%(by)s handed the shift of %(team)s over to you."),
    Topic.PROCESS_STUCK: gettext_lazy("The process of %(number)s is stuck: %(title)s"),
    Topic.REVIEW_DUE: gettext_lazy("This is to be looked through: %(title)s"),
    Topic.WEBHOOK_STOPPED: gettext_lazy("The webhook “%(title)s” is paused."),
    Topic.ACCOUNTS_HANDED_OVER: gettext_lazy(
        "You answer for these programs now, for which %(person)s did: %(title)s"
    ),
    Topic.ADDRESS_MARKED: gettext_lazy("Mail to %(title)s does not arrive: %(excerpt)s"),
    Topic.MAILBOX_TROUBLED: gettext_lazy(
        "No mail can be fetched from the mailbox %(title)s: %(excerpt)s"
    ),
    Topic.ACTION_GIVEN: gettext_lazy("You are to do %(number)s until %(due)s: %(title)s"),
    Topic.ACTION_DUE: gettext_lazy("%(number)s is to be done until %(due)s: %(title)s"),
    Topic.ACTION_LATE: gettext_lazy("%(person)s has not done %(number)s yet: %(title)s"),
    Topic.DUE: gettext_lazy("%(what)s, due on %(due)s: %(title)s (%(number)s)"),
    Topic.DUE_LONG_OVER: gettext_lazy(
        "%(what)s, overdue since %(due)s with %(person)s: %(title)s (%(number)s)"
    ),
    Topic.IMPROVEMENT_MOVED: gettext_lazy("%(number)s goes on: %(title)s. %(excerpt)s"),
    Topic.FEEDBACK_RECEIVED: gettext_lazy("%(by)s says to “%(title)s”: %(excerpt)s"),
    Topic.FEEDBACK_ANSWERED: gettext_lazy(
        "%(by)s answers what you said to “%(title)s”: %(excerpt)s"
    ),
    Topic.TRIAL: gettext_lazy("This is a notice to try it out."),
}

# What is said where the parts say more than usual.
_SPECIAL: Mapping[str, Promise | str] = {
    "assigned_by": gettext_lazy("%(by)s gave %(number)s to you: %(title)s"),
    "given_many": gettext_lazy("%(by)s gave much work to you at once: %(count)s pieces"),
    "approved": gettext_lazy("%(number)s was approved: %(title)s"),
    "refused": gettext_lazy("%(number)s was not approved: %(title)s"),
    "standing_over": gettext_lazy("You no longer stand in for %(person)s."),
    "bulk_failed": gettext_lazy(
        "What you began for many cases is done, but not for all: %(title)s"
    ),
    "errand_failed": gettext_lazy("This could not be done: %(title)s"),
    "call_subject": gettext_lazy("You are to call %(person)s back about %(number)s: %(title)s"),
    "watched_reply": gettext_lazy("%(by)s wrote on %(number)s, which you watch: %(title)s"),
    "watched_end": gettext_lazy("%(number)s, which you watch, has come to its end: %(title)s"),
    "webhook_failing": gettext_lazy(
        "The webhook “%(title)s” is paused: for days nothing could be delivered."
    ),
    "action_over": gettext_lazy("%(number)s was to be done until %(due)s: %(title)s"),
    "due_over": gettext_lazy("%(what)s, overdue since %(due)s: %(title)s (%(number)s)"),
    "due_nobody": gettext_lazy(
        "%(what)s, overdue since %(due)s with nobody named for it: %(title)s (%(number)s)"
    ),
    "due_left": gettext_lazy(
        "%(what)s, overdue since %(due)s; %(person)s is no longer here: %(title)s (%(number)s)"
    ),
    "improvement_assessed": gettext_lazy("Your suggestion is assessed: %(title)s. %(excerpt)s"),
    "improvement_authorised": gettext_lazy("Your suggestion is authorised: %(title)s. %(excerpt)s"),
    "improvement_planned": gettext_lazy("Your suggestion is planned: %(title)s. %(excerpt)s"),
    "improvement_running": gettext_lazy(
        "Work on your suggestion has begun: %(title)s. %(excerpt)s"
    ),
    "improvement_done": gettext_lazy("Your suggestion is carried out: %(title)s. %(excerpt)s"),
    "improvement_measured": gettext_lazy(
        "This is what your suggestion brought: %(title)s. %(excerpt)s"
    ),
    "improvement_parked": gettext_lazy("Your suggestion has to wait: %(title)s. %(excerpt)s"),
    "improvement_declined": gettext_lazy(
        "Your suggestion will not be carried out: %(title)s. %(excerpt)s"
    ),
    "improvement_suggested": gettext_lazy(
        "Your suggestion is looked at again: %(title)s. %(excerpt)s"
    ),
    "webhook_left": gettext_lazy("The webhook “%(title)s” is paused: its owner left."),
    "webhook_gone": gettext_lazy(
        "The webhook “%(title)s” is paused: the receiver says that it is gone for good."
    ),
}


def sentence(topic: Topic, parts: Parts) -> str:
    """Return what somebody is told, in one sentence of the present language.

    Args:
        topic: what it is.
        parts: ``number`` and ``title`` of the record, ``by`` whom, ``excerpt``, and what else the
            sentence needs; ``said`` chooses another sentence where there is one. A part with
            names by language, the first under "", is said in the present one.
    """
    words = _SPECIAL.get(str(parts.get("said", "")), _SENTENCES[topic])
    known = _Known({name: _in_words(value) for name, value in parts.items()})
    if topic == Topic.ERRAND_FINISHED and parts.get("title"):
        known["title"] = _(str(parts["title"]))  # kept in the first language
    return str(words) % known


def _in_words(value: Any) -> Any:
    """Return a part; of one that has a name in several languages, that of the present one."""
    if not isinstance(value, Mapping):
        return value
    return value.get(translation.get_language() or "") or value.get("", "")


def unreadable(topic: Topic) -> str:
    """Return what stands where the reader may no longer see what a notice was about."""
    return _("%(topic)s. You can no longer see what this was about.") % {
        "topic": CATALOGUE[topic].label
    }


def standing_in(name: str) -> str:
    """Return the mark of what is told to who stands in for somebody."""
    return _("For %(name)s, who is away.") % {"name": name} if name else ""


def excerpt(text: str) -> str:
    """Return the beginning of what somebody wrote, as notices show it."""
    words = " ".join(text.split())
    return words if len(words) <= LONGEST_EXCERPT else words[: LONGEST_EXCERPT - 1].rstrip() + "…"


@dataclass(frozen=True, slots=True)
class Reader:
    """For whom words are: name, language and IANA time zone."""

    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of news in a mail.

    Args:
        topic: what it is.
        parts: of its words.
        address: of its page, whole; may be empty.
        at: when it happened.
        in_place_of: for whom the reader stands in; may be empty.
    """

    topic: Topic
    parts: Parts
    address: str
    at: datetime
    in_place_of: str = ""


def single(line: Line, *, reader: Reader, preferences: str) -> Draft:
    """Return the mail about one piece of news, where its sender wrote none.

    Args:
        line: the news.
        reader: for whom.
        preferences: where it can be chosen what one is told.
    """
    with _in_words_of(reader):
        values = {
            "name": reader.name,
            "what": sentence(line.topic, line.parts),
            "for_whom": standing_in(line.in_place_of),
            "number": str(line.parts.get("number", "")),
            "title": str(_in_words(line.parts.get("title", ""))),
            "excerpt": _quoted(line),
            "link": line.address,
            "preferences": preferences,
        }
    return Draft(f"{ALONE}{line.topic.value}", reader.language, values)


def bundle(lines: Iterable[Line], *, reader: Reader, preferences: str) -> Draft:
    """Return the mail about several pieces of news of one kind about one record."""
    news = list(lines)
    with _in_words_of(reader):
        subject = ngettext(
            "%(number)s: %(count)d piece of news", "%(number)s: %(count)d pieces of news", len(news)
        ) % {"count": len(news), "number": news[0].parts.get("number", "")}
        values = {
            "name": reader.name,
            "what": subject,
            "title": str(_in_words(news[0].parts.get("title", ""))),
            "news": "\n\n".join(_paragraph(line, is_last=line is news[-1]) for line in news),
            "preferences": preferences,
        }
    return Draft(BUNDLE, reader.language, values)


def digest(lines: Iterable[Line], *, reader: Reader, preferences: str) -> Draft:
    """Return the mail that gathers all that happened, in its order."""
    news = list(lines)
    with _in_words_of(reader):
        subject = ngettext(
            "%(count)d piece of news for you", "%(count)d pieces of news for you", len(news)
        ) % {"count": len(news)}
        values = {
            "name": reader.name,
            "what": subject,
            "count": str(len(news)),
            "news": "\n\n".join(f"{_moment(line.at)}\n{_paragraph(line)}" for line in news),
            "preferences": preferences,
        }
    return Draft(DIGEST, reader.language, values)


@contextmanager
def _in_words_of(reader: Reader) -> Iterator[None]:
    """Speak the language of a reader and tell the time of theirs."""
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        yield


def push_title(lines: Iterable[Line], *, language: str) -> str:
    """Return the one line that a device shows: nobody's name, and nothing of what they wrote.

    Args:
        lines: the news; several are only counted.
        language: of the reader.
    """
    news = list(lines)
    with translation.override(language):
        if len(news) > 1:
            words = ngettext(
                "%(count)d piece of news for you", "%(count)d pieces of news for you", len(news)
            ) % {"count": len(news)}
        else:
            nobody = {"by": _("Somebody"), "person": _("somebody")}
            words = sentence(news[0].topic, {**news[0].parts, **nobody})
    return words if len(words) <= LONGEST_PUSH else words[: LONGEST_PUSH - 1].rstrip() + "…"


def _paragraph(line: Line, *, is_last: bool = True) -> str:
    said = [sentence(line.topic, line.parts)]
    if line.in_place_of:
        said.insert(0, standing_in(line.in_place_of))
    if line.parts.get("excerpt"):
        said.append(_quoted(line))
    if line.address and is_last:
        said.append(line.address)
    return "\n".join(said)


def _quoted(line: Line) -> str:
    return f"« {line.parts['excerpt']} »" if line.parts.get("excerpt") else ""


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F H:i")
