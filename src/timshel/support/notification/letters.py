"""The kinds of letters that are made of notices where their sender wrote none, and digests."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.letters import GREETING, LetterKind, Variable, place, shipping
from timshel.support.notification.notices import ALONE, BUNDLE, DIGEST
from timshel.support.notification.topics import CATALOGUE

_NAME = Variable("name", _("The name of the recipient"), "Imre Castellane")
_TITLE = Variable("title", _("The title of the case"), _("The screen stays black"))
_CHOOSE = Variable(
    "preferences",
    _("Where the recipient chooses what they are told"),
    "https://desk.example.org/notifications/preferences",
)
_NEWS = Variable(
    "news",
    _("All the news, in paragraphs"),
    _("Mirela Dobrescu wrote on INC0000012, which you watch: The screen stays black"),
)
_ONE = (
    _NAME,
    Variable("what", _("The news in a sentence"), _("There is news of INC0000012: Black screen")),
    Variable(
        "for_whom", _("For whom the recipient stands in"), _("For Solveig Adeyemi, who is away.")
    ),
    Variable("number", _("The number of the case"), "INC0000012"),
    _TITLE,
    Variable("excerpt", _("The beginning of what was written"), _("« Is the cable in? »")),
    Variable("link", _("The address of the page"), "https://desk.example.org/INC0000012"),
    _CHOOSE,
)
_CHOICE = (_("What you are told, and how, can be chosen here:"), place("preferences"))

KINDS = (
    *(
        LetterKind(
            f"{ALONE}{topic.value}",
            entry.label,
            _ONE,
            shipping(
                place("what"),
                GREETING,
                (place("for_whom"), place("what"), place("excerpt"), place("link")),
                _CHOICE,
                mark="for_whom",
            ),
        )
        for topic, entry in CATALOGUE.items()
    ),
    LetterKind(
        BUNDLE,
        _("Several pieces of news about one case"),
        (
            _NAME,
            Variable("what", _("How many, in words"), _("INC0000012: 2 pieces of news")),
            _TITLE,
            _NEWS,
            _CHOOSE,
        ),
        shipping(f"{place('what')} – {place('title')}", GREETING, place("news"), _CHOICE),
    ),
    LetterKind(
        DIGEST,
        _("The digest of all that happened"),
        (
            _NAME,
            Variable("what", _("How many, in words"), _("3 pieces of news for you")),
            Variable("count", _("How many"), "3"),
            _NEWS,
            _CHOOSE,
        ),
        shipping(place("what"), GREETING, place("news"), _CHOICE),
    ),
)
