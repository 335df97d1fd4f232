"""The words of mails about requests and tasks, each in its reader's language and time zone.

Everything comes in as plain data that the reader may see; nothing here can reach an internal note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from timshel.resolution_fulfilment.incident.notices import (
    Notice,
    Reader,
    Subject,
    compose,
    how_it_was,
    in_words_of,
    moment_words,
    said,
)
from timshel.resolution_fulfilment.service_request.states import Outcome


def acknowledgement(
    about: Subject, *, reader: Reader, promised_at: datetime | None, parts: Sequence[str]
) -> Notice:
    """Tell the requester that the request arrived, and by when it will be there.

    Args:
        about: the request.
        reader: the requester.
        promised_at: when it will be delivered, if that is promised.
        parts: what comes with a bundle.
    """
    with in_words_of(reader):
        lines = [_("We received your request: %(title)s.") % {"title": about.title}]
        if parts:
            lines.append(_("With it come: %(parts)s.") % {"parts": ", ".join(parts)})
        if promised_at is not None:
            lines.append(
                _("We aim to deliver it by %(moment)s.") % {"moment": moment_words(promised_at)}
            )
        return compose(
            _("[%(number)s] We received your request: %(title)s"),
            about,
            reader,
            "\n".join(lines),
            _("You can follow it, add to it, change or withdraw it here:"),
        )


def reply(
    about: Subject, *, reader: Reader, author: str, text: str, files: int, sentence: str
) -> Notice:
    """Bring the requester a helper's public reply.

    Args:
        about: the request.
        reader: the requester.
        author: who wrote it.
        text: what was written.
        files: how many files came with it.
        sentence: where the request stands, in the words for requesters.
    """
    with in_words_of(reader):
        return compose(
            _("[%(number)s] Reply: %(title)s"),
            about,
            reader,
            said(author, text, files),
            sentence,
            _("Answer here:"),
        )


def requester_reply(
    about: Subject, *, reader: Reader, author: str, text: str, files: int
) -> Notice:
    """Bring a helper what the requester wrote.

    Args:
        about: the request.
        reader: the helper.
        author: the requester.
        text: what was written.
        files: how many files came with it.
    """
    with in_words_of(reader):
        return compose(
            _("[%(number)s] The requester wrote: %(title)s"),
            about,
            reader,
            said(author, text, files),
            _("The request is here:"),
        )


def ending(about: Subject, *, reader: Reader, outcome: Outcome, text: str, rating: str) -> Notice:
    """Tell the requester how the request came to its end, and why where it was not delivered.

    Args:
        about: the request.
        reader: the requester.
        outcome: how it ended.
        text: what was said about it; may be empty.
        rating: where they say how it was without signing in.
    """
    with in_words_of(reader):
        if outcome is Outcome.FULFILLED:
            body = [_("What you asked for is delivered."), *([text] if text else [])]
            body.append(how_it_was(rating))
            call = _("Is everything there? If not, please tell us here:")
            return compose(_("[%(number)s] Delivered: %(title)s"), about, reader, *body, call)
        sentence = {
            Outcome.REFUSED: _("Your request was not approved."),
            Outcome.IMPOSSIBLE: _("We are sorry: this turned out not to be possible."),
        }.get(outcome, _("Your request was cancelled; nobody is working on it any more."))
        reason = [_("The reason given is: %(text)s") % {"text": text}] if text else []
        return compose(
            _("[%(number)s] Not delivered: %(title)s"),
            about,
            reader,
            sentence,
            *reason,
            _("If you have questions, please write to us here:"),
        )


def assignment(about: Subject, *, reader: Reader, request: str) -> Notice:
    """Tell a helper that a task or a request is now theirs.

    Args:
        about: the task or request.
        reader: the new assignee.
        request: the title of the request that a task is a part of; empty for a request.
    """
    with in_words_of(reader):
        lines = [_("This was assigned to you: %(title)s.") % {"title": about.title}]
        if request:
            lines.append(_("It is a part of: %(title)s.") % {"title": request})
        return compose(
            _("[%(number)s] Assigned to you: %(title)s"),
            about,
            reader,
            "\n".join(lines),
            _("It is here:"),
        )


def arrival(about: Subject, *, reader: Reader, due_at: datetime | None) -> Notice:
    """Tell a team at its own address that it has a new task.

    Args:
        about: the task.
        reader: the team.
        due_at: when it is to be done, if that is agreed.
    """
    with in_words_of(reader):
        lines = [_("There is a new task for you: %(title)s.") % {"title": about.title}]
        if due_at is not None:
            lines.append(_("It is to be done by %(moment)s.") % {"moment": moment_words(due_at)})
        return compose(
            _("[%(number)s] New task: %(title)s"),
            about,
            reader,
            "\n".join(lines),
            _("It is here:"),
        )


def trouble(about: Subject, *, reader: Reader, process: str, text: str) -> Notice:
    """Tell whoever answers for a process that one of its runs is stuck.

    Args:
        about: the request.
        reader: the owner of the process.
        process: its name.
        text: why it cannot go on.
    """
    with in_words_of(reader):
        return compose(
            _("[%(number)s] Its process is stuck: %(title)s"),
            about,
            reader,
            _("The process “%(process)s” cannot go on: %(text)s")
            % {"process": process, "text": text},
            _("Mend it and try again, or move it on by hand, here:"),
        )
