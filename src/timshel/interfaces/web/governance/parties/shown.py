"""Interested parties and needs as pages show them, in the reader's words."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from timshel.context.interested_parties.queries import MatrixRow, NeedRow, PartyRow
from timshel.context.interested_parties.rules import NeedLink
from timshel.context.interested_parties.states import (
    BASIS_NAMES,
    LINK_NAMES,
    PARTY_NAMES,
    STANDING_NAMES,
    Basis,
    LinkKind,
    Standing,
)
from timshel.interfaces.web.governance.parties.forms import INFLUENCES, INTERESTS

INFLUENCE_NAMES = {int(value): name for value, name in INFLUENCES}
INTEREST_NAMES = {int(value): name for value, name in INTERESTS}
LOOKS = {Standing.MET: "kept", Standing.PARTLY: "draft", Standing.NOT_MET: "missed"}


def shown_party(row: PartyRow) -> dict[str, Any]:
    """Return a party with its words."""
    return {
        "row": row,
        "kind": PARTY_NAMES[row.kind],
        "influence": INFLUENCE_NAMES[row.influence],
        "interest": INTEREST_NAMES[row.interest],
    }


def shown_need(row: NeedRow) -> dict[str, Any]:
    """Return a need with its words, and where what meets it can be seen."""
    return {
        "row": row,
        "basis": BASIS_NAMES[row.basis],
        "is_required": row.basis is not Basis.EXPECTATION,
        "standing": STANDING_NAMES[row.standing],
        "look": LOOKS[row.standing],
        "links": [
            {"kind": LINK_NAMES[link.kind], "code": link.code, "address": _address(link)}
            for link in row.links
        ],
    }


def shown_matrix(rows: tuple[MatrixRow, ...]) -> list[dict[str, Any]]:
    """Return the matrix with the words of its rows."""
    return [{"name": INFLUENCE_NAMES[row.influence], "cells": row.cells} for row in rows]


def _address(link: NeedLink) -> str:
    """Return where everybody who may see this page can see what meets a need, or nothing."""
    return reverse("service", args=[link.code]) if link.kind is LinkKind.SERVICE else ""
