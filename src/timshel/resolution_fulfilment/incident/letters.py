"""The kinds of letters about incidents and about the clocks of all work: what they can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.errors import Text
from timshel.kernel.letters import GREETING, LetterKind, Variable, place, shipping

NAME = Variable("name", _("The name of the recipient"), "Imre Castellane")
NUMBER = Variable("number", _("The number of the case"), "INC0000012")
TITLE = Variable("title", _("The title of the case"), _("The screen stays black"))
LINK = Variable("link", _("The address of the case"), "https://desk.example.org/INC0000012")
CASE = (NAME, NUMBER, TITLE, LINK)
AUTHOR = Variable("author", _("Who wrote"), "Jonas Okereke")
TEXT = Variable("text", _("What was written"), _("Is the cable in?"))
FILES = Variable(
    "files", _("How many files came along, in a sentence"), _("2 files were attached.")
)
STAGE = Variable(
    "stage", _("Where the case stands, in a sentence"), _("We are waiting for your answer.")
)
SAID = (AUTHOR, TEXT, FILES)
RATING = Variable(
    "rating", _("Where the recipient says how it was"), "https://desk.example.org/rate/7Qx"
)
MOMENT = Variable("moment", _("Until when it is promised"), _("Monday 2 March 2026 17:00 CET"))
WROTE = (_("%(author)s wrote:"), place("text"), place("files"))
HOW_IT_WAS = (
    _("How was it? You can say so in one click, without signing in:"),
    place("rating"),
)

_CLOCK = (
    *CASE,
    Variable("due", _("What is due, in a sentence"), _("The resolution is due by noon.")),
    Variable("moment", _("When it is due"), _("Monday 2 March 2026 12:00 CET")),
    Variable("span", _("How much working time is left or over"), "45 min"),
    Variable("left", _("The same in a sentence"), _("That leaves 45 min of working time.")),
    Variable("holder", _("The team or supplier whose time it is"), _("Network")),
    Variable("has_it", _("Who has the case"), "Jonas Okereke"),
    Variable(
        "next_step",
        _("What the recipient may do, in a sentence"),
        _("Please resolve it, or hand it to whoever can."),
    ),
    Variable("where", _("Where to find it, in a sentence"), _("The incident is here:")),
)
_CLOCK_TEXT = (
    GREETING,
    place("due"),
    place("left"),
    place("next_step"),
    (place("where"), place("link")),
)


def call(text: Text) -> tuple[Text, Text]:
    """Return what to do with the link below it, with the link."""
    return text, place("link")


KINDS = (
    LetterKind(
        "incident.opened",
        _("To the requester: the report has arrived"),
        (*CASE, Variable("service", _("The service"), _("Workplace")), MOMENT),
        shipping(
            _("[%(number)s] We received your report: %(title)s"),
            GREETING,
            (
                _("We received your report and will look into it."),
                _("It concerns: %(service)s."),
                _("We aim to solve it by %(moment)s."),
            ),
            call(_("You can follow it, add to it or withdraw it here:")),
        ),
    ),
    LetterKind(
        "incident.replied",
        _("To the requester: somebody replied on the report"),
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
        "incident.resolved",
        _("To the requester: the incident is believed to be solved"),
        (*CASE, Variable("text", _("How it was solved"), _("The cable was new.")), RATING),
        shipping(
            _("[%(number)s] Solved: %(title)s"),
            GREETING,
            _("We believe that this is solved:"),
            place("text"),
            HOW_IT_WAS,
            call(_("Does it work for you? Please confirm it, or reopen it if it does not, here:")),
        ),
    ),
    LetterKind(
        "incident.cancelled",
        _("To the requester: the incident was cancelled"),
        CASE,
        shipping(
            _("[%(number)s] Cancelled: %(title)s"),
            GREETING,
            _("This case was cancelled; nobody is working on it any more."),
            call(_("If that is not right, please report it again. The case is here:")),
        ),
    ),
    LetterKind(
        "incident.merged",
        _("To the requester: the incident goes on in another"),
        (*CASE, Variable("case", _("The other case"), "INC0000007 Screens")),
        shipping(
            _("[%(number)s] Goes on in another case: %(title)s"),
            GREETING,
            _("What you reported is the same as %(case)s. It goes on there."),
            call(_("You hear of replies and of the end. You can follow it here:")),
        ),
    ),
    LetterKind(
        "incident.answered",
        _("To the helper: the requester answered on an incident"),
        (*CASE, *SAID),
        shipping(
            _("[%(number)s] The requester wrote: %(title)s"),
            GREETING,
            *WROTE,
            call(_("The incident is here:")),
        ),
    ),
    LetterKind(
        "incident.assigned",
        _("To the helper: an incident was given to them"),
        (*CASE, Variable("priority", _("The priority, from 1 to 5"), "3")),
        shipping(
            _("[%(number)s] Assigned to you: %(title)s"),
            GREETING,
            _("This incident of priority %(priority)s was assigned to you."),
            call(_("It is here:")),
        ),
    ),
    LetterKind(
        "incident.reopened",
        _("To the helper: an incident of theirs was reopened"),
        CASE,
        shipping(
            _("[%(number)s] Reopened: %(title)s"),
            GREETING,
            _("This incident was resolved and has been reopened."),
            call(_("It is here:")),
        ),
    ),
    LetterKind(
        "clock.warned",
        _("To the helper: the time of a case runs out"),
        _CLOCK,
        shipping(_("[%(number)s] Due soon: %(title)s"), *_CLOCK_TEXT),
    ),
    LetterKind(
        "clock.breached",
        _("To the helper: the time of a case has run out"),
        _CLOCK,
        shipping(_("[%(number)s] Late: %(title)s"), *_CLOCK_TEXT),
    ),
)
