"""What mails about approvals have to say, each in its reader's language and time zone."""

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
from timshel.leadership.approval.rules import Price
from timshel.leadership.approval.states import OnExpiry, Outcome


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a mail is for: name, language and IANA time zone."""

    name: str
    language: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What is asked, as its reader sees it.

    Args:
        reference: what people call the work; may be empty.
        title: in the reader's language.
        summary: labels and values of what is approved.
        price: what it costs, or None.
        requester: for whom it is wanted.
        requester_unit: their unit or customer; may be empty.
        asked_by: who wanted it for them, or empty.
        in_place_of: for whom the reader stands in, or empty.
        due_at: until when an answer is expected, or None.
        on_expiry: what happens then.
    """

    reference: str
    title: str
    summary: tuple[tuple[str, str], ...]
    price: Price | None
    requester: str
    requester_unit: str
    asked_by: str
    in_place_of: str
    due_at: datetime | None
    on_expiry: OnExpiry


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the reader can answer.

    Args:
        approve: address of a page that asks to approve without signing in; empty where the reader
            has to sign in.
        refuse: the same to refuse.
        page: address of the approval for who signs in.
    """

    approve: str
    refuse: str
    page: str


def asking(matter: Matter, *, reader: Reader, ways: Ways, is_reminder: bool = False) -> Draft:
    """Ask somebody to approve something, or remind them that they are asked.

    Args:
        matter: what is asked.
        reader: who is asked.
        ways: where they can answer.
        is_reminder: whether they were asked before.
    """
    with _in_words_of(reader):
        values = {**_asked_values(matter, reader), **_how(ways)}
    kind = "approval.reminded" if is_reminder else "approval.asked"
    return Draft(kind, reader.language, values)


def vacancy(matter: Matter, *, reader: Reader, ways: Ways) -> Draft:
    """Tell somebody who manages approvals that nobody was found to ask.

    Args:
        matter: what is asked.
        reader: who manages approvals.
        ways: of which only the page counts.
    """
    with _in_words_of(reader):
        values = _asked_values(matter, reader)
    return Draft("approval.vacant", reader.language, {**values, "link": ways.page})


def outcome(
    matter: Matter, *, reader: Reader, result: Outcome, by: str, comment: str, page: str
) -> Draft:
    """Tell the requester what came of an approval.

    Args:
        matter: what was asked.
        reader: the requester, or who asked for them.
        result: approved, refused or expired.
        by: whose answer settled it; empty where the time ran out.
        comment: why it was refused; may be empty.
        page: address of the approval.
    """
    with _in_words_of(reader):
        settled = _settled(result, by)
    values = {
        **_matter_values(matter, reader),
        "outcome": settled,
        "comment": comment if result is Outcome.REFUSED else "",
        "link": page,
    }
    return Draft(f"approval.{result.value}", reader.language, values)


def substitution(
    *, reader: Reader, person: str, starts_at: datetime, ends_at: datetime, reason: str, page: str
) -> Draft:
    """Tell somebody that they stand in for another.

    Args:
        reader: the substitute.
        person: who is away.
        starts_at: from when.
        ends_at: the first moment after it.
        reason: as it was given; may be empty.
        page: address of what waits for the reader.
    """
    with _in_words_of(reader):
        values = {
            "name": reader.name,
            "person": person,
            "start": _moment(starts_at),
            "end": _moment(ends_at - timedelta(minutes=1)),
            "reason": reason,
            "link": page,
        }
    return Draft("approval.delegated", reader.language, values)


def substitution_over(*, reader: Reader, person: str) -> Draft:
    """Tell somebody that they no longer stand in for another.

    Args:
        reader: who stood in.
        person: for whom.
    """
    values = {"name": reader.name, "person": person}
    return Draft("approval.delegation_ended", reader.language, values)


def _matter_values(matter: Matter, reader: Reader) -> dict[str, str]:
    mark = f"[{matter.reference}]" if matter.reference else ""
    return {"name": reader.name, "mark": mark, "title": matter.title}


def _asked_values(matter: Matter, reader: Reader) -> dict[str, str]:
    return {
        **_matter_values(matter, reader),
        "requester": matter.requester,
        "who": _who(matter),
        "details": _details(matter),
        "until": _until(matter),
    }


def _who(matter: Matter) -> str:
    told = {"name": matter.requester, "unit": matter.requester_unit, "by": matter.asked_by}
    if matter.asked_by:
        lines = [_("%(by)s asks for this for %(name)s. It needs an approval.") % told]
    elif matter.requester_unit:
        lines = [_("%(name)s (%(unit)s) asks for this. It needs an approval.") % told]
    else:
        lines = [_("%(name)s asks for this. It needs an approval.") % told]
    if matter.in_place_of:
        lines.append(
            _("You are asked because you stand in for %(name)s.") % {"name": matter.in_place_of}
        )
    return " ".join(lines)


def _details(matter: Matter) -> str:
    lines = [_line(label, value) for label, value in matter.summary]
    if matter.price is not None:
        lines.append(_("Price: %(price)s") % {"price": matter.price.words()})
    return "\n".join(lines)


def _line(label: str, value: str) -> str:
    """Return a line of what was chosen; a label that is a question needs no colon."""
    if label.endswith((":", "?", "!", ".")):
        return f"{label} {value}"
    return _("%(label)s: %(value)s") % {"label": label, "value": value}


def _until(matter: Matter) -> str:
    if matter.due_at is None:
        return ""
    sentences = {
        OnExpiry.REFUSED: _("Please answer by %(moment)s. After that it counts as refused."),
        OnExpiry.APPROVED: _("Please answer by %(moment)s. After that it counts as approved."),
        OnExpiry.ESCALATED: _("Please answer by %(moment)s. After that others are asked, too."),
        OnExpiry.EXPIRED: _("Please answer by %(moment)s. After that it is no longer asked."),
    }
    return sentences[matter.on_expiry] % {"moment": _moment(matter.due_at)}


def _how(ways: Ways) -> dict[str, str]:
    if not ways.approve:
        return {"answer_call": _("Answer here:"), "link": ways.page}
    return {
        "approve_call": _("Look and approve:"),
        "approve": ways.approve,
        "refuse_call": _("Look and refuse:"),
        "refuse": ways.refuse,
        "answer_call": _(
            "These two links are for you alone and need no sign-in; they first show what is asked "
            "and work for one answer. Please do not pass this mail on. You can also sign in:"
        ),
        "link": ways.page,
    }


def _settled(result: Outcome, by: str) -> str:
    if not by:
        return {
            Outcome.APPROVED: _("Nobody answered in time; it counts as approved, and goes on."),
            Outcome.REFUSED: _("Nobody answered in time; it counts as refused."),
            Outcome.EXPIRED: _("Nobody answered in time."),
        }[result]
    told = {"name": by}
    return {
        Outcome.APPROVED: _("%(name)s approved it. It goes on now.") % told,
        Outcome.REFUSED: _("%(name)s did not approve it.") % told,
        Outcome.EXPIRED: _("Nobody answered in time."),
    }[result]


@contextmanager
def _in_words_of(reader: Reader) -> Iterator[None]:
    with translation.override(reader.language), timezone.override(ZoneInfo(reader.time_zone)):
        yield


def _moment(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "l j F Y H:i T")
