"""What mails about incidents have to say, each in its reader's language and time zone.

Everything comes in as plain data that the reader may see; nothing here can reach an internal note.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from timshel.kernel.letters import Draft
from timshel.operation.work.rules import TASK
from timshel.relationship_agreement.service_level.states import ClockKind
from timshel.resolution_fulfilment.incident.states import KIND


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail is for: name, language and IANA time zone."""

    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Subject:
    """What a mail is about: number, title and kind of the work, and where its page is."""

    number: str
    title: str
    link: str
    kind: str = KIND


def acknowledgement(
    about: Subject, *, reader: Reader, service: str, promised_at: datetime | None
) -> Draft:
    """Tell the requester that the report arrived, and by when it will be solved.

    Args:
        about: the incident.
        reader: the requester.
        service: name of the service in the reader's language; may be empty.
        promised_at: when it will be solved, if that is promised.
    """
    with in_words_of(reader):
        moment = "" if promised_at is None else moment_words(promised_at)
    return drafted("incident.opened", about, reader, service=service, moment=moment)


def reply(
    about: Subject, *, reader: Reader, author: str, text: str, files: int, sentence: str
) -> Draft:
    """Bring the requester a helper's public reply.

    Args:
        about: the incident.
        reader: the requester.
        author: who wrote it.
        text: what was written.
        files: how many files came with it.
        sentence: where the incident stands, in the words for requesters.
    """
    said = said_values(reader, author=author, text=text, files=files)
    return drafted("incident.replied", about, reader, **said, stage=sentence)


def resolution(about: Subject, *, reader: Reader, text: str, rating: str) -> Draft:
    """Tell the requester that it is believed to work again, and how to say that it does not.

    Args:
        about: the incident.
        reader: the requester.
        text: how it was resolved.
        rating: where they say how it was without signing in.
    """
    return drafted("incident.resolved", about, reader, text=text, rating=rating)


def cancellation(about: Subject, *, reader: Reader) -> Draft:
    """Tell the requester that nobody goes on working on it.

    Args:
        about: the incident.
        reader: the requester.
    """
    return drafted("incident.cancelled", about, reader)


def merger(about: Subject, *, reader: Reader, into: str) -> Draft:
    """Tell the requester that the case goes on in another.

    Args:
        about: the incident, with the address of the page of the other.
        reader: the requester.
        into: number and title of the other.
    """
    return drafted("incident.merged", about, reader, case=into)


def requester_reply(about: Subject, *, reader: Reader, author: str, text: str, files: int) -> Draft:
    """Bring the assignee what the requester wrote.

    Args:
        about: the incident.
        reader: the assignee.
        author: the requester.
        text: what was written.
        files: how many files came with it.
    """
    said = said_values(reader, author=author, text=text, files=files)
    return drafted("incident.answered", about, reader, **said)


def assignment(about: Subject, *, reader: Reader, priority: int) -> Draft:
    """Tell a helper that an incident is now theirs.

    Args:
        about: the incident.
        reader: the new assignee.
        priority: from 1 (first) to 5 (last).
    """
    return drafted("incident.assigned", about, reader, priority=str(priority))


def reopening(about: Subject, *, reader: Reader) -> Draft:
    """Tell the assignee that it does not work after all.

    Args:
        about: the incident.
        reader: the assignee.
    """
    return drafted("incident.reopened", about, reader)


@dataclass(frozen=True, slots=True)
class ClockNews:
    """How a clock stands at the moment at which its reader hears of it.

    Args:
        kind: which clock.
        due_at: when the time is, or was, used up.
        left: the working time until then, or since then.
        has_it: who has the incident; empty where nobody has.
        is_mine: whether that is the reader.
        holder: the team or supplier whose time it is, for kind ``hop``.
        is_over: whether the clock stopped meanwhile, too late.
    """

    kind: ClockKind
    due_at: datetime
    left: timedelta
    has_it: str = ""
    is_mine: bool = False
    holder: str = ""
    is_over: bool = False


def warning(about: Subject, *, reader: Reader, news: ClockNews) -> Draft:
    """Warn a helper that the time of a clock is running out.

    Args:
        about: the incident.
        reader: whom the rule names.
        news: how the clock stands.
    """
    with in_words_of(reader):
        sentences = {
            ClockKind.RESPOND: _("A first response is due by %(moment)s."),
            ClockKind.UPDATE: _("The requester is promised news by %(moment)s."),
            ClockKind.RESOLVE: _("The resolution is due by %(moment)s."),
            ClockKind.FULFIL: _to_be_done(about),
            ClockKind.HOP: _("The time of %(holder)s ends at %(moment)s."),
        }
        left = _("That leaves %(span)s of working time.") % {"span": _span(news.left)}
        values = _clock_values(about, news, due=sentences[news.kind], left=left)
    return drafted("clock.warned", about, reader, **values)


def breach(about: Subject, *, reader: Reader, news: ClockNews) -> Draft:
    """Tell a helper that the time of a clock was exceeded.

    Args:
        about: the incident.
        reader: whoever has the incident, or whom the rule names.
        news: how the clock stands.
    """
    with in_words_of(reader):
        sentences = {
            ClockKind.RESPOND: _("A first response was due by %(moment)s and is late."),
            ClockKind.UPDATE: _("The requester was promised news by %(moment)s, which is late."),
            ClockKind.RESOLVE: _("The resolution was due by %(moment)s and is late."),
            ClockKind.FULFIL: _was_to_be_done(about),
            ClockKind.HOP: _("The time of %(holder)s ended at %(moment)s."),
        }
        late = _("It has been late for %(span)s of working time.") % {"span": _span(news.left)}
        over = _("It is done by now, but it was not done in time.")
        values = _clock_values(
            about, news, due=sentences[news.kind], left=over if news.is_over else late
        )
    return drafted("clock.breached", about, reader, **values)


def _clock_values(about: Subject, news: ClockNews, *, due: str, left: str) -> dict[str, str]:
    moment = moment_words(news.due_at)
    return {
        "due": due % {"moment": moment, "holder": news.holder},
        "left": left,
        "moment": moment,
        "span": _span(news.left),
        "holder": news.holder,
        "has_it": news.has_it,
        "next_step": "" if news.is_over else _what_to_do(news),
        "where": _here(about),
    }


def _to_be_done(about: Subject) -> str:
    if about.kind == TASK:
        return _("The task is to be done by %(moment)s.")
    return _("The request is to be fulfilled by %(moment)s.")


def _was_to_be_done(about: Subject) -> str:
    if about.kind == TASK:
        return _("The task was to be done by %(moment)s and is late.")
    return _("The request was to be fulfilled by %(moment)s and is late.")


def _here(about: Subject) -> str:
    if about.kind == KIND:
        return _("The incident is here:")
    return _("The task is here:") if about.kind == TASK else _("The request is here:")


def _what_to_do(news: ClockNews) -> str:
    if not news.has_it:
        return _("Nobody has it yet. Please take it, or assign it.")
    if not news.is_mine:
        return _("%(name)s has it. Please ask whether help is needed.") % {"name": news.has_it}
    return {
        ClockKind.RESPOND: _("Please answer the requester."),
        ClockKind.UPDATE: _("Please tell the requester how it stands."),
        ClockKind.RESOLVE: _("Please resolve it, or hand it to whoever can."),
        ClockKind.FULFIL: _("Please fulfil it, or hand it to whoever can."),
        ClockKind.HOP: _("Please finish this part of it, or hand it on."),
    }[news.kind]


def _span(length: timedelta) -> str:
    minutes = length // timedelta(minutes=1)
    if minutes < 1:
        return _("less than a minute")
    hours, rest = divmod(minutes, 60)
    if hours and rest:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    if hours:
        return translation.ngettext("%(count)d h", "%(count)d h", hours) % {"count": hours}
    return translation.ngettext("%(count)d min", "%(count)d min", rest) % {"count": rest}


@contextmanager
def in_words_of(reader: Reader) -> Iterator[None]:
    """Speak the reader's language and tell the reader's time."""
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        yield


def drafted(kind: str, about: Subject, reader: Reader, **values: str) -> Draft:
    """Return what a letter about a case is to say.

    Args:
        kind: the code of its kind.
        about: the case.
        reader: for whom.
        values: of the variables of the kind beyond those of every case.
    """
    common = {
        "name": reader.name,
        "number": about.number,
        "title": about.title,
        "link": about.link,
    }
    return Draft(kind, reader.language, {**common, **values})


def said_values(reader: Reader, *, author: str, text: str, files: int) -> dict[str, str]:
    """Return what somebody wrote, with how many files came along, as values of a letter."""
    with in_words_of(reader):
        counted = translation.ngettext(
            "%(count)d file was attached.", "%(count)d files were attached.", files
        ) % {"count": files}
    return {"author": author, "text": text.strip(), "files": counted if files else ""}


def moment_words(moment: datetime) -> str:
    """Return a moment as mails write it."""
    return date_format(timezone.localtime(moment), "l j F Y H:i T")
