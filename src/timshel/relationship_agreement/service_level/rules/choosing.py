"""Why an agreement applies or does not, in words for whoever asks which one would."""

from __future__ import annotations

from django.utils.translation import gettext as _

from timshel.relationship_agreement.service_level.rules.precedence import (
    CoverageRank,
    Mismatch,
    PartyRank,
    Standing,
)


def candidate_words(found: Standing | Mismatch, *, party: str, coverage: str) -> str:
    """Return why an agreement stands where it does, or why it does not apply.

    Args:
        found: what the rule of precedence says.
        party: with whom it is made, in words.
        coverage: what it covers, in words.
    """
    if isinstance(found, Mismatch):
        return _mismatch(found, party=party, coverage=coverage)
    return _("%(party)s %(coverage)s") % {
        "party": _party(found, party),
        "coverage": _coverage(found, coverage),
    }


def _party(found: Standing, party: str) -> str:
    given = {"party": party}
    match found.party:
        case PartyRank.CHOSEN_LEVEL:
            return _("The customer chose this level.")
        case PartyRank.CUSTOMER:
            return _("Made with the customer %(party)s.") % given
        case PartyRank.UNIT if found.distance:
            return _("Made with %(party)s, a unit above the requester’s.") % given
        case PartyRank.UNIT:
            return _("Made with the requester’s unit, %(party)s.") % given
        case PartyRank.CATEGORY:
            return _("Made with the customer’s category: %(party)s.") % given
        case PartyRank.EVERYBODY:
            return _("Made with everybody.")


def _coverage(found: Standing, coverage: str) -> str:
    match found.coverage:
        case CoverageRank.OFFERING:
            return _("It names the offering.")
        case CoverageRank.SERVICE:
            return _("It names the service: %(coverage)s.") % {"coverage": coverage}
        case CoverageRank.EVERYTHING:
            return _("It covers all services.")


def _mismatch(found: Mismatch, *, party: str, coverage: str) -> str:
    given = {"party": party, "coverage": coverage}
    match found:
        case Mismatch.NOT_IN_FORCE:
            return _("It does not hold at this moment.")
        case Mismatch.OTHER_PARTY:
            return _("It is made with somebody else: %(party)s.") % given
        case Mismatch.NOT_CHOSEN:
            return _("It is a level that the customer has not chosen.")
        case Mismatch.NOT_COVERED:
            return _("It covers other things: %(coverage)s.") % given
        case Mismatch.NO_TARGET:
            return _("It says nothing about this clock and priority, and leaves it to the next.")
        case Mismatch.OTHER_PROVIDER:
            return _("Another team or supplier promises it.")
        case Mismatch.OTHER_RECIPIENT:
            return _("It is promised to another team: %(party)s.") % given
