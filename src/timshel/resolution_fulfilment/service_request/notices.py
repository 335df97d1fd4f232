"""What mails about requests and tasks have to say, each in its reader's language and time zone.

Everything comes in as plain data that the reader may see; nothing here can reach an internal note.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from timshel.kernel.letters import Draft
from timshel.resolution_fulfilment.incident.notices import (
    Reader,
    Subject,
    drafted,
    in_words_of,
    moment_words,
    said_values,
)
from timshel.resolution_fulfilment.service_request.states import Outcome


def acknowledgement(
    about: Subject, *, reader: Reader, promised_at: datetime | None, parts: Sequence[str]
) -> Draft:
    """Tell the requester that the request arrived, and by when it will be there.

    Args:
        about: the request.
        reader: the requester.
        promised_at: when it will be delivered, if that is promised.
        parts: what comes with a bundle.
    """
    with in_words_of(reader):
        moment = "" if promised_at is None else moment_words(promised_at)
    told = {"parts": ", ".join(parts), "moment": moment}
    return drafted("service_request.opened", about, reader, **told)


def reply(
    about: Subject, *, reader: Reader, author: str, text: str, files: int, sentence: str
) -> Draft:
    """Bring the requester a helper's public reply.

    Args:
        about: the request.
        reader: the requester.
        author: who wrote it.
        text: what was written.
        files: how many files came with it.
        sentence: where the request stands, in the words for requesters.
    """
    said = said_values(reader, author=author, text=text, files=files)
    return drafted("service_request.replied", about, reader, **said, stage=sentence)


def requester_reply(about: Subject, *, reader: Reader, author: str, text: str, files: int) -> Draft:
    """Bring a helper what the requester wrote.

    Args:
        about: the request.
        reader: the helper.
        author: the requester.
        text: what was written.
        files: how many files came with it.
    """
    said = said_values(reader, author=author, text=text, files=files)
    return drafted("service_request.answered", about, reader, **said)


def ending(about: Subject, *, reader: Reader, outcome: Outcome, text: str, rating: str) -> Draft:
    """Tell the requester how the request came to its end, and why where it was not delivered.

    Args:
        about: the request.
        reader: the requester.
        outcome: how it ended.
        text: what was said about it; may be empty.
        rating: where they say how it was without signing in.
    """
    if outcome is Outcome.FULFILLED:
        return drafted("service_request.delivered", about, reader, text=text, rating=rating)
    with in_words_of(reader):
        sentence = {
            Outcome.REFUSED: _("Your request was not approved."),
            Outcome.IMPOSSIBLE: _("We are sorry: this turned out not to be possible."),
        }.get(outcome, _("Your request was cancelled; nobody is working on it any more."))
    return drafted("service_request.not_delivered", about, reader, outcome=sentence, text=text)


def assignment(about: Subject, *, reader: Reader, request: str) -> Draft:
    """Tell a helper that a task or a request is now theirs.

    Args:
        about: the task or request.
        reader: the new assignee.
        request: the title of the request that a task is a part of; empty for a request.
    """
    return drafted(f"{about.kind}.assigned", about, reader, request=request)


def arrival(about: Subject, *, reader: Reader, due_at: datetime | None) -> Draft:
    """Tell a team at its own address that it has a new task.

    Args:
        about: the task.
        reader: the team.
        due_at: when it is to be done, if that is agreed.
    """
    with in_words_of(reader):
        moment = "" if due_at is None else moment_words(due_at)
    return drafted("task.arrived", about, reader, moment=moment)


def trouble(about: Subject, *, reader: Reader, process: str, text: str) -> Draft:
    """Tell whoever answers for a process that one of its runs is stuck.

    Args:
        about: the request.
        reader: the owner of the process.
        process: its name.
        text: why it cannot go on.
    """
    return drafted("process.stuck", about, reader, process=process, text=text)
