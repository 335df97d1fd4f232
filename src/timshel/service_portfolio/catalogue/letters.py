"""The kinds of letters about the catalogue: what they can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.letters import LetterKind, Variable, shipping

KINDS = (
    LetterKind(
        "catalogue.health",
        _("To the owner of services: what their pages lack"),
        (
            Variable("name", _("The first name of the recipient"), "Wendell"),
            Variable("lines", _("What is missing, each on a line"), _("- A picture: 3 offerings")),
            Variable("address", _("The address of the page"), "https://desk.example.org/health"),
        ),
        shipping(
            _("Your part of the catalogue lacks something"),
            _(
                "Hello %(name)s,\n\n"
                "you answer for services whose pages in the catalogue lack something:\n\n"
                "%(lines)s\n\n"
                "Each of them, with what to do, stands here:\n"
                "%(address)s\n\n"
                "We write once a month, and no longer once nothing is missing.\n"
            ),
        ),
    ),
)
