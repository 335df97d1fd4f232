"""The kind of letter about work that was given by a run: what it can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.letters import LetterKind, Variable, place, shipping

KINDS = (
    LetterKind(
        "run.given",
        _("To the helper: much work was given to them at once"),
        (
            Variable("by", _("Who gave it"), "Mirela Dobrescu"),
            Variable("count", _("How many pieces"), "12"),
            Variable("what", _("The same in words"), _("Mirela gave 12 pieces of work to you")),
            Variable("lines", _("The pieces, each on a line"), "INC0000012"),
            Variable("link", _("The address of the page"), "https://desk.example.org/work"),
        ),
        shipping(
            place("what"),
            f"{place('what')}:",
            place("lines"),
            (_("Your work stands here:"), place("link")),
        ),
    ),
)
