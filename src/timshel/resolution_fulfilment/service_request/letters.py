"""The kinds of letters about requests, their tasks and their processes: what they can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.letters import GREETING, LetterKind, Variable, place, shipping
from timshel.resolution_fulfilment.incident.letters import (
    CASE,
    HOW_IT_WAS,
    MOMENT,
    RATING,
    SAID,
    STAGE,
    WROTE,
    call,
)

_REQUEST = Variable("request", _("The request that the task is a part of"), _("A new laptop"))
_OUTCOME = Variable("outcome", _("How it ended, in a sentence"), _("Your request was cancelled."))

KINDS = (
    LetterKind(
        "service_request.opened",
        _("To the requester: the request has arrived"),
        (*CASE, Variable("parts", _("What comes with a bundle"), _("Laptop, telephone")), MOMENT),
        shipping(
            _("[%(number)s] We received your request: %(title)s"),
            GREETING,
            (
                _("We received your request: %(title)s."),
                _("With it come: %(parts)s."),
                _("We aim to deliver it by %(moment)s."),
            ),
            call(_("You can follow it, add to it, change or withdraw it here:")),
        ),
    ),
    LetterKind(
        "service_request.replied",
        _("To the requester: somebody replied on the request"),
        (*CASE, *SAID, STAGE),
        shipping(
            _("[%(number)s] Reply: %(title)s"),
            GREETING,
            *WROTE,
            place("stage"),
            call(_("Answer here:")),
        ),
    ),
    LetterKind(
        "service_request.answered",
        _("To the helper: the requester answered on a request"),
        (*CASE, *SAID),
        shipping(
            _("[%(number)s] The requester wrote: %(title)s"),
            GREETING,
            *WROTE,
            call(_("The request is here:")),
        ),
    ),
    LetterKind(
        "service_request.delivered",
        _("To the requester: what they asked for is delivered"),
        (*CASE, Variable("text", _("What was said about it"), _("It is on your desk.")), RATING),
        shipping(
            _("[%(number)s] Delivered: %(title)s"),
            GREETING,
            _("What you asked for is delivered."),
            place("text"),
            HOW_IT_WAS,
            call(_("Is everything there? If not, please tell us here:")),
        ),
    ),
    LetterKind(
        "service_request.not_delivered",
        _("To the requester: the request ended otherwise"),
        (*CASE, _OUTCOME, Variable("text", _("Why"), _("It is no longer made."))),
        shipping(
            _("[%(number)s] Not delivered: %(title)s"),
            GREETING,
            place("outcome"),
            _("The reason given is: %(text)s"),
            call(_("If you have questions, please write to us here:")),
        ),
    ),
    *(
        LetterKind(
            code,
            label,
            (*CASE, _REQUEST),
            shipping(
                _("[%(number)s] Assigned to you: %(title)s"),
                GREETING,
                (
                    _("This was assigned to you: %(title)s."),
                    _("It is a part of: %(request)s."),
                ),
                call(_("It is here:")),
            ),
        )
        for code, label in (
            ("service_request.assigned", _("To the helper: a request was given to them")),
            ("task.assigned", _("To the helper: a task was given to them")),
        )
    ),
    LetterKind(
        "task.arrived",
        _("To the address of a team: it has a new task"),
        (*CASE, MOMENT),
        shipping(
            _("[%(number)s] New task: %(title)s"),
            GREETING,
            (
                _("There is a new task for you: %(title)s."),
                _("It is to be done by %(moment)s."),
            ),
            call(_("It is here:")),
        ),
    ),
    LetterKind(
        "process.stuck",
        _("To the owner of a process: it cannot go on"),
        (
            *CASE,
            Variable("process", _("The name of the process"), _("New workplace")),
            Variable("text", _("Why it cannot go on"), _("The directory does not answer.")),
        ),
        shipping(
            _("[%(number)s] Its process is stuck: %(title)s"),
            GREETING,
            _("The process “%(process)s” cannot go on: %(text)s"),
            call(_("Mend it and try again, or move it on by hand, here:")),
        ),
    ),
    LetterKind(
        "process.mail",
        _("As a process says: whom it names"),
        (
            Variable("number", _("The number of the case"), "REQ0000012"),
            Variable("subject", _("The subject that the process gives"), _("Your new laptop")),
            Variable("text", _("The text that the process gives"), _("It will come on Monday.")),
        ),
        shipping(place("subject"), place("text")),
    ),
)
