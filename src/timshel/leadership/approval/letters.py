"""The kinds of letters about approvals and standing in: what they can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.letters import GREETING, LetterKind, Variable, place, shipping

_NAME = Variable("name", _("The name of the recipient"), "Wendell Achterberg")
_LINK = Variable("link", _("The address of the page"), "https://desk.example.org/approvals/7")
_MATTER = (
    _NAME,
    Variable("mark", _("The number of the work in brackets"), "[REQ0000012]"),
    Variable("title", _("What is to be approved"), _("A new laptop")),
    _LINK,
)
_ASKED = (
    *_MATTER,
    Variable("requester", _("Who asks"), "Imre Castellane"),
    Variable("who", _("Who asks, in a sentence"), _("Imre Castellane asks for this.")),
    Variable("details", _("What was chosen, each on a line"), _("Size: 14 inches")),
    Variable("until", _("By when to answer, in a sentence"), _("Please answer by noon.")),
)
_ANSWERED = (
    Variable("approve_call", _("What the next address is for"), _("Look and approve:")),
    Variable(
        "approve",
        _("Where to approve without signing in"),
        "https://desk.example.org/approve/7Qx?answer=approved",
    ),
    Variable("refuse_call", _("What the next address is for"), _("Look and refuse:")),
    Variable(
        "refuse",
        _("Where to refuse without signing in"),
        "https://desk.example.org/approve/7Qx?answer=refused",
    ),
    Variable("answer_call", _("What the address of the page is for"), _("Answer here:")),
)
_DECIDED = (
    *_MATTER,
    Variable("outcome", _("How it ended, in a sentence"), _("Nobody answered in time.")),
    Variable("comment", _("Why it was refused"), _("There is one in the cupboard.")),
)
_BODY = (place("who"), (place("title"), place("details")), place("until"))
_WAYS = (
    (place("approve_call"), place("approve")),
    (place("refuse_call"), place("refuse")),
    (place("answer_call"), place("link")),
)


def _decided(code: str, label: Text, subject: Text) -> LetterKind:
    return LetterKind(
        code,
        label,
        _DECIDED,
        shipping(
            subject,
            GREETING,
            place("outcome"),
            place("comment"),
            (_("What was asked and how it was answered is here:"), place("link")),
            mark="mark",
        ),
    )


KINDS = (
    LetterKind(
        "approval.asked",
        _("To who is asked: please approve"),
        (*_ASKED, *_ANSWERED),
        shipping(_("Please approve: %(title)s"), GREETING, *_BODY, *_WAYS, mark="mark"),
    ),
    LetterKind(
        "approval.reminded",
        _("To who is asked: a reminder"),
        (*_ASKED, *_ANSWERED),
        shipping(
            _("Reminder: please approve: %(title)s"),
            GREETING,
            _("You were asked for this before and have not answered yet."),
            *_BODY,
            *_WAYS,
            mark="mark",
        ),
    ),
    LetterKind(
        "approval.vacant",
        _("To who manages approvals: nobody can be asked"),
        _ASKED,
        shipping(
            _("Nobody to approve: %(title)s"),
            GREETING,
            _("Nobody was found who could be asked for this approval."),
            *_BODY,
            (_("Decide it, or ask somebody, here:"), place("link")),
            mark="mark",
        ),
    ),
    _decided("approval.approved", _("To the requester: approved"), _("Approved: %(title)s")),
    _decided("approval.refused", _("To the requester: not approved"), _("Not approved: %(title)s")),
    _decided(
        "approval.expired",
        _("To the requester: no answer in time"),
        _("No answer in time: %(title)s"),
    ),
    LetterKind(
        "approval.delegated",
        _("To the substitute: they stand in for somebody"),
        (
            _NAME,
            _LINK,
            Variable("person", _("Who is away"), "Solveig Adeyemi"),
            Variable("start", _("From when"), _("Monday 2 March 2026 00:00 CET")),
            Variable("end", _("Until when"), _("Friday 6 March 2026 23:59 CET")),
            Variable("reason", _("Why"), _("Field trip")),
        ),
        shipping(
            _("You stand in for %(person)s"),
            GREETING,
            _("You stand in for %(person)s from %(start)s until %(end)s."),
            _("Meanwhile you can answer what %(person)s is asked to approve; so can they."),
            place("reason"),
            (_("What waits for you is here:"), place("link")),
        ),
    ),
    LetterKind(
        "approval.delegation_ended",
        _("To the substitute: they no longer stand in"),
        (_NAME, Variable("person", _("Who was away"), "Solveig Adeyemi")),
        shipping(
            _("You no longer stand in for %(person)s"),
            GREETING,
            _("You no longer stand in for %(person)s. What you answered stays as it is."),
        ),
    ),
)
