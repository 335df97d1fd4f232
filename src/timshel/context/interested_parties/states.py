"""What kinds of interested parties there are, and how far a need of theirs is met."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class PartyKind(StrEnum):
    """What an interested party is to the organisation."""

    CUSTOMER = "customer"
    USER = "user"
    SUPPLIER = "supplier"
    OWNER = "owner"
    REGULATOR = "regulator"
    STAFF = "staff"
    PUBLIC = "public"
    OTHER = "other"


class Basis(StrEnum):
    """Why a need has to be heeded."""

    EXPECTATION = "expectation"
    CONTRACT = "contract"
    LAW = "law"


class Standing(StrEnum):
    """How far a need is met."""

    MET = "met"
    PARTLY = "partly"
    NOT_MET = "not_met"


class LinkKind(StrEnum):
    """What can meet a need; most of these belong to later clauses, hence names and no keys."""

    REQUIREMENT = "requirement"
    AGREEMENT = "agreement"
    CONTROL = "control"
    DOCUMENT = "document"
    SERVICE = "service"
    PROCESS = "process"


PARTY_NAMES: dict[PartyKind, Promise] = {
    PartyKind.CUSTOMER: pgettext_lazy("interested party", "Customer"),
    PartyKind.USER: pgettext_lazy("interested party", "User"),
    PartyKind.SUPPLIER: pgettext_lazy("interested party", "Supplier"),
    PartyKind.OWNER: pgettext_lazy("interested party", "Owner or funder"),
    PartyKind.REGULATOR: pgettext_lazy("interested party", "Regulator"),
    PartyKind.STAFF: pgettext_lazy("interested party", "Staff"),
    PartyKind.PUBLIC: pgettext_lazy("interested party", "The public"),
    PartyKind.OTHER: pgettext_lazy("interested party", "Other"),
}

BASIS_NAMES: dict[Basis, Promise] = {
    Basis.EXPECTATION: pgettext_lazy("need", "An expectation"),
    Basis.CONTRACT: pgettext_lazy("need", "Required by contract"),
    Basis.LAW: pgettext_lazy("need", "Required by law"),
}

STANDING_NAMES: dict[Standing, Promise] = {
    Standing.MET: pgettext_lazy("need", "Met"),
    Standing.PARTLY: pgettext_lazy("need", "Partly met"),
    Standing.NOT_MET: pgettext_lazy("need", "Not met"),
}

LINK_NAMES: dict[LinkKind, Promise] = {
    LinkKind.REQUIREMENT: pgettext_lazy("need", "Requirement"),
    LinkKind.AGREEMENT: pgettext_lazy("need", "Agreement"),
    LinkKind.CONTROL: pgettext_lazy("need", "Control"),
    LinkKind.DOCUMENT: pgettext_lazy("need", "Document"),
    LinkKind.SERVICE: pgettext_lazy("need", "Service"),
    LinkKind.PROCESS: pgettext_lazy("need", "Process"),
}
