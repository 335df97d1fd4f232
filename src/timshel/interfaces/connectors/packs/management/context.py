"""The context of a pack: issues, interested parties with their needs, and the scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from timshel.context.interested_parties.actions import add_need, add_party, review_party
from timshel.context.interested_parties.queries import party_codes
from timshel.context.interested_parties.rules import NeedContent, NeedLink, PartyContent
from timshel.context.interested_parties.states import Basis, LinkKind, PartyKind, Standing
from timshel.context.issue.actions import open_issue, review_issue
from timshel.context.issue.queries import issue_titles
from timshel.context.issue.rules import IssueContent
from timshel.context.issue.states import Effect, IssueKind, IssueTrigger
from timshel.context.people.queries import person_by_code
from timshel.context.scope.actions import approve_draft, save_draft
from timshel.context.scope.queries import has_versions
from timshel.context.scope.rules import CoveredItem, Exclusion, ScopeContent
from timshel.context.scope.states import ItemKind
from timshel.interfaces.connectors.packs.files import PackFile, Steps, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Refused
from timshel.leadership.authority.queries import actor_for
from timshel.service_portfolio.service.queries import names_by_code

Row = Mapping[str, Any]
COVERED = {
    "services": ItemKind.SERVICE,
    "units": ItemKind.UNIT,
    "sites": ItemKind.SITE,
    "customers": ItemKind.CUSTOMER,
}


def load_context(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Bring in what is not there yet; returns how much of it is new.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere; what a person of the pack did, they did themselves.
        at: now, from which days are counted.

    Raises:
        InvalidPack: something of it cannot be used.
    """
    keeper = _acting(file.data["keeper"], instead=actor)
    added, titles, codes = 0, issue_titles(), party_codes()
    for position, row in enumerate(file.data["issues"]):
        if row["title"] not in titles:
            with _naming(file, ["issues", position]):
                _issue(row, keeper=keeper, actor=actor, at=at)
            added += 1
    for position, row in enumerate(file.data["parties"]):
        if row["code"] not in codes:
            with _naming(file, ["parties", position]):
                _party(row, keeper=keeper, at=at)
            added += 1
    if not has_versions():
        for position, row in enumerate(file.data["scope"]):
            with _naming(file, ["scope", position]):
                _version(row, keeper=keeper, actor=actor, at=at)
            added += 1
    return added


@contextmanager
def _naming(file: PackFile, place: Steps) -> Iterator[None]:
    """Tell which part of the file was refused."""
    try:
        yield
    except Invalid as refusal:
        raise refused(file, place, refusal) from refusal
    except Refused as refusal:
        raise refused(file, place, Invalid({"": [refusal.message]})) from refusal


def _acting(code: str, *, instead: Actor) -> Actor:
    """Return a person of the pack with their rights; whoever loads it where they are unknown."""
    person_id = person_by_code(code) if code else None
    found = actor_for(person_id, channel=Channel.DESK) if person_id is not None else None
    return found or instead


def _issue(row: Row, *, keeper: Actor, actor: Actor, at: datetime) -> None:
    owner = row.get("owner", "")
    content = IssueContent(
        title=row["title"],
        kind=IssueKind(row["kind"]),
        effect=Effect(row["effect"]),
        meaning=row.get("meaning", ""),
        owner=owner,
        review_months=row["review_months"],
    )
    number = open_issue(content=content, actor=keeper, at=at - timedelta(days=row["days_ago"]))
    reviewer = _acting(owner, instead=actor)
    for revision, review in enumerate(row.get("reviews", ()), start=1):
        review_issue(
            number,
            finding=review["finding"],
            revision=revision,
            trigger=IssueTrigger(review["step"]) if "step" in review else None,
            actor=reviewer,
            at=at - timedelta(days=review["days_ago"]),
        )


def _party(row: Row, *, keeper: Actor, at: datetime) -> None:
    since = at - timedelta(days=row["days_ago"])
    content = PartyContent(
        name=row["name"],
        kind=PartyKind(row["kind"]),
        spoken_for_by=row.get("spoken_for_by", ""),
        influence=row["influence"],
        interest=row["interest"],
        review_months=row.get("review_months", 12),
    )
    add_party(row["code"], content=content, actor=keeper, at=since)
    for need in row["needs"]:
        add_need(row["code"], content=_need(need), actor=keeper, at=since)
    for revision, review in enumerate(row.get("reviews", ()), start=1):
        review_party(
            row["code"],
            finding=review["finding"],
            revision=revision,
            actor=keeper,
            at=at - timedelta(days=review["days_ago"]),
        )


def _need(row: Row) -> NeedContent:
    pairs = [each.split(" ", 1) for each in row.get("met_by", ())]
    return NeedContent(
        text=row["text"],
        basis=Basis(row.get("basis", Basis.EXPECTATION)),
        standing=Standing(row["standing"]),
        links=tuple(NeedLink(LinkKind(kind), code) for kind, code in pairs),
    )


def _version(row: Row, *, keeper: Actor, actor: Actor, at: datetime) -> None:
    named = {**row.get("names", {}), **names_by_code(row["services"], language="en")}
    items = tuple(
        CoveredItem(kind, code, named.get(code, "") if kind is ItemKind.SERVICE else "")
        for field, kind in COVERED.items()
        for code in row.get(field, ())
    )
    left_out = [each["code"] for each in row.get("exclusions", ()) if "code" in each]
    out_names = names_by_code(left_out, language="en")
    exclusions = tuple(
        Exclusion(
            ItemKind(each["kind"]),
            each.get("code", ""),
            each.get("name", "") or out_names.get(each.get("code", ""), ""),
            each["reason"],
        )
        for each in row.get("exclusions", ())
    )
    content = ScopeContent(row["statement"], row.get("technology", ""), items, exclusions)
    save_draft(content=content, actor=keeper, at=at - timedelta(days=row["written_days_ago"]))
    if "approved_days_ago" in row:
        approver = _acting(row.get("approved_by", ""), instead=actor)
        moment = at - timedelta(days=row["approved_days_ago"])
        approve_draft(revision=1, actor=approver, at=moment)
