"""The controlled documents of a pack, with what happened to their versions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, Steps, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Refused
from timshel.leadership.authority.queries import actor_for
from timshel.support.documentation import actions
from timshel.support.documentation.queries import document_view, number_by_code
from timshel.support.documentation.rules import Audience, DocumentFacts, VersionContent
from timshel.support.documentation.states import AboutKind, DocumentKind


def load_documents(file: PackFile, /, *, actor: Actor, at: datetime) -> int:
    """Bring in the documents that are not there yet; returns how many.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    added = 0
    for position, row in enumerate(file.data["documents"]):
        if number_by_code(row["code"], actor=actor) is None:
            _Telling(file, ["documents", position], actor, at).tell(row)
            added += 1
    return added


class _Telling:
    """What happened to one document, told with the people and the days of the pack."""

    def __init__(self, file: PackFile, place: Steps, actor: Actor, at: datetime) -> None:
        self._file, self._place, self._actor, self._at = file, place, actor, at

    def tell(self, row: Mapping[str, Any]) -> None:
        """Do all that the pack tells, in its order; a day that does not fit is a fault of it."""
        try:
            self._tell(row)
        except Invalid as refusal:
            raise refused(self._file, self._place, refusal) from refusal
        except Refused as refusal:
            raise self._file.fault(self._place, str(refusal.message)) from refusal

    def _tell(self, row: Mapping[str, Any]) -> None:
        begun = self._ago(row["versions"][0]["days_ago"])
        number = actions.create_document(facts=_facts(row), actor=self._actor, at=begun)
        told = row.get("distribution", {})
        audience = Audience(
            is_staff=told.get("staff", False),
            roles=tuple(told.get("roles", ())),
            units=tuple(told.get("units", ())),
            people=tuple(told.get("people", ())),
        )
        actions.distribute_document(number, audience=audience, actor=self._actor, at=begun)
        for version in row["versions"]:
            self._write(number, row["owner"], version)
        if reviewed := row.get("reviewed"):
            moment = self._ago(reviewed["days_ago"])
            note = reviewed["note"]
            actions.review_document(number, note=note, actor=self._who(row["owner"]), at=moment)
        for each in row.get("confirmed", ()):
            self._confirm(number, each)
        if withdrawn := row.get("withdrawn"):
            actions.withdraw_document(
                number,
                reason=withdrawn["reason"],
                actor=self._who(row["owner"]),
                at=self._ago(withdrawn["days_ago"]),
            )

    def _write(self, number: str, owner: str, row: Mapping[str, Any]) -> None:
        written = self._ago(row["days_ago"])
        later = timedelta(days=row.get("effective_in", 0))
        content = VersionContent(
            text=row["text"],
            change_note=row.get("change_note", ""),
            asks_reading=row.get("asks_reading", True),
            effective_date=(self._at + later).date() if later else None,
        )
        author = self._who(owner)
        actions.save_draft(number, content=content, actor=author, at=written)
        if "approver" in row:
            actions.submit_draft(number, approver=row["approver"], actor=author, at=written)
            approver = self._who(row["approver"])
            if "approved" in row:
                actions.approve_version(number, actor=approver, at=self._ago(row["approved"]))
            if back := row.get("sent_back"):
                moment = self._ago(back["days_ago"])
                actions.send_back(number, reason=back["reason"], actor=approver, at=moment)

    def _confirm(self, number: str, row: Mapping[str, Any]) -> None:
        moment = self._ago(row["days_ago"])
        current = document_view(number, actor=self._actor, at=moment).row.current_number or 0
        reader = self._who(row["person"])
        actions.confirm_reading(number, version=current, actor=reader, at=moment)

    def _ago(self, days: int) -> datetime:
        return self._at - timedelta(days=days)

    def _who(self, code: str) -> Actor:
        key = person_by_code(code)
        found = None if key is None else actor_for(key, channel=Channel.IMPORT)
        if found is None:
            raise self._file.fault(self._place, f"There is no person {code}.")
        return found


def _facts(row: Mapping[str, Any]) -> DocumentFacts:
    about = row.get("about", {"kind": AboutKind.NONE, "code": ""})
    return DocumentFacts(
        code=row["code"],
        kind=DocumentKind(row["kind"]),
        title=row["title"],
        owner=row["owner"],
        clause=row.get("clause", ""),
        about_kind=AboutKind(about["kind"]),
        about_code=about["code"],
        review_months=row["review_months"],
        retention_months=row["retention_months"],
    )
