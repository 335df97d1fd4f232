"""Why an agreement applies to some work or does not, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from timshel.relationship_agreement.service_level.rules.precedence import (
    CoverageRank,
    Mismatch,
    PartyRank,
    Standing,
)

PARTY_SENTENCES: Mapping[PartyRank, Promise] = {
    PartyRank.CHOSEN_LEVEL: gettext_lazy("It is the level that the customer chose."),
    PartyRank.CUSTOMER: gettext_lazy("It is made with the customer: %(party)s."),
    PartyRank.UNIT: gettext_lazy("It is made with the unit of whoever asked: %(party)s."),
    PartyRank.CATEGORY: gettext_lazy("It is made with customers of this category: %(party)s."),
    PartyRank.EVERYBODY: gettext_lazy("It is made with everybody."),
}
UNIT_ABOVE = gettext_lazy("Made with %(party)s, a unit above the requester’s.")
HOP_SENTENCES: Mapping[PartyRank, Promise] = {
    PartyRank.UNIT: gettext_lazy("It names the team that handed the work over: %(party)s."),
    PartyRank.EVERYBODY: gettext_lazy("It holds whoever handed the work over."),
}
COVERAGE_SENTENCES: Mapping[CoverageRank, Promise] = {
    CoverageRank.OFFERING: gettext_lazy("It names the offering."),
    CoverageRank.SERVICE: gettext_lazy("It names the service: %(coverage)s."),
    CoverageRank.EVERYTHING: gettext_lazy("It covers everything."),
}
MISMATCH_SENTENCES: Mapping[Mismatch, Promise] = {
    Mismatch.NOT_IN_FORCE: gettext_lazy("It was not in force at that moment."),
    Mismatch.OTHER_PARTY: gettext_lazy("It is made with somebody else: %(party)s."),
    Mismatch.NOT_CHOSEN: gettext_lazy("It is a level that the customer had not chosen."),
    Mismatch.NOT_COVERED: gettext_lazy("It covers other things: %(coverage)s."),
    Mismatch.NO_TARGET: gettext_lazy("It promises nothing of this kind for this priority."),
    Mismatch.OTHER_PROVIDER: gettext_lazy("It is about the time of somebody else: %(party)s."),
    Mismatch.OTHER_RECIPIENT: gettext_lazy(
        "It is made with a team that did not hand the work over: %(party)s."
    ),
}


def reason_sentence(
    found: Standing | Mismatch, *, is_first: bool, is_hop: bool, party: str, coverage: str
) -> str:
    """Return why an agreement applies, why another goes before it, or why it does not apply.

    Args:
        found: where it stands.
        is_first: whether it is the one that applies.
        is_hop: whether it is about the time with one team or supplier.
        party: with whom it is made, in words.
        coverage: what it covers, in words.
    """
    names = {"party": party, "coverage": coverage}
    if isinstance(found, Mismatch):
        return str(MISMATCH_SENTENCES[found]) % names
    sentence = f"{_party(found, is_hop=is_hop)} {COVERAGE_SENTENCES[found.coverage]}"
    words = sentence % names
    if is_first:
        return words
    return _("It would apply, but another one goes before it. %(reason)s") % {"reason": words}


def _party(found: Standing, *, is_hop: bool) -> str:
    if is_hop:
        return str(HOP_SENTENCES[found.party])
    if found.party is PartyRank.UNIT and found.distance:
        return str(UNIT_ABOVE)
    return str(PARTY_SENTENCES[found.party])
