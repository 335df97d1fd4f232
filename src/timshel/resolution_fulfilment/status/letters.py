"""The kinds of letters about how services do: what they can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.letters import LetterKind, Variable, place, shipping

ASKED = "status.asked"
CHANGED = "status.changed"

KINDS = (
    LetterKind(
        ASKED,
        _("To a stranger: please confirm that you want to hear how services do"),
        (
            Variable("what", _("The service that they asked for, or all of them"), _("Mail")),
            Variable(
                "link",
                _("The address by which they say yes"),
                "https://desk.example.org/status-mail/confirm",
            ),
        ),
        shipping(
            _("Please confirm that you want to hear from us"),
            _(
                "Somebody, hopefully you, asked us to write to this address whenever the "
                "state of this changes: %(what)s."
            ),
            _("If it was you, please open this page and say so:"),
            place("link"),
            _("If it was not, you need do nothing, and will not hear from us again."),
        ),
    ),
    LetterKind(
        CHANGED,
        _("To subscribers of the status page: services do otherwise than before"),
        (
            Variable("what", _("What changed, in a line"), _("Mail: Out of order")),
            Variable(
                "news",
                _("Each service with how it does and what is told of it"),
                _("Mail: Out of order\n- Mail cannot be read."),
            ),
            Variable("page", _("The address of the page"), "https://desk.example.org/status"),
            Variable(
                "end",
                _("The address by which they hear no more"),
                "https://desk.example.org/status-mail/end",
            ),
        ),
        shipping(
            place("what"),
            place("news"),
            place("page"),
            (
                "-- ",
                _("You hear this because you asked for it. To hear no more of it:"),
                place("end"),
            ),
        ),
    ),
)
