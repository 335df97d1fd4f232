"""The kinds of letters about report cards and scorecards: what they can say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from timshel.kernel.letters import LetterKind, Variable, shipping

_COMMON = (
    Variable("name", _("The first name of the recipient"), "Wendell"),
    Variable("subject", _("Whom or what the report card is about"), _("Workplace")),
    Variable("address", _("The address of the page"), "https://desk.example.org/report-cards"),
)
_OF_SCORECARDS = (
    Variable("name", _("The first name of the recipient"), "Wendell"),
    Variable("subject", _("Which scorecard it is"), _("Incident management at a glance")),
    Variable("address", _("The address of the page"), "https://desk.example.org/scorecards"),
)

KINDS = (
    LetterKind(
        "reporting.card",
        _("To the subscriber: a report card"),
        (*_COMMON, Variable("period", _("The period in words"), _("March 2026"))),
        shipping(
            _("Report card: %(subject)s, %(period)s"),
            _(
                "Hello %(name)s,\n\n"
                "here is the report card of %(subject)s for %(period)s. It counts what you may "
                "see.\n\n"
                "Every figure opens its cases on this page, where you can also stop this mail:\n"
                "%(address)s\n"
            ),
        ),
    ),
    LetterKind(
        "reporting.ended",
        _("To the subscriber: the report card is no longer sent"),
        _COMMON,
        shipping(
            _("Your report card of %(subject)s is no longer sent"),
            _(
                "Hello %(name)s,\n\n"
                "you were sent the report card of %(subject)s. You may not see it any more, so "
                "this mail has ended. If you still need it, ask whoever gives rights, and choose "
                "it again here:\n"
                "%(address)s\n"
            ),
        ),
    ),
    LetterKind(
        "reporting.scorecard",
        _("To the subscriber: a scorecard"),
        (
            *_OF_SCORECARDS,
            Variable("period", _("The period in words"), _("March 2026")),
            Variable(
                "figures",
                _("The figures, one line to an indicator"),
                _("Solved in time: 93 %, at least 90 %, good"),
            ),
        ),
        shipping(
            _("Scorecard: %(subject)s, %(period)s"),
            _(
                "Hello %(name)s,\n\n"
                "here is the scorecard %(subject)s as it stood at the end of %(period)s:\n\n"
                "%(figures)s\n\n"
                "Every indicator opens its readings on this page, where you can also stop this "
                "mail:\n"
                "%(address)s\n"
            ),
        ),
    ),
    LetterKind(
        "reporting.scorecard_ended",
        _("To the subscriber: the scorecard is no longer sent"),
        _OF_SCORECARDS,
        shipping(
            _("The scorecard %(subject)s is no longer sent to you"),
            _(
                "Hello %(name)s,\n\n"
                "you were sent the scorecard %(subject)s. It was taken away, or you may not see "
                "it any more, so this mail has ended. If you still need it, ask whoever gives "
                "rights, and choose it again here:\n"
                "%(address)s\n"
            ),
        ),
    ),
)
