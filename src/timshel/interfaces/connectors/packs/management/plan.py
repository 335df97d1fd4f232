"""The service management plan of a pack: written, proposed and approved as it was then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from timshel.context.people.queries import person_by_code
from timshel.interfaces.connectors.packs.files import PackFile, refused
from timshel.kernel.actor import Actor, Channel
from timshel.kernel.errors import Invalid, Refused
from timshel.leadership.authority.queries import actor_for
from timshel.planning.plan import actions
from timshel.planning.plan.queries import plan, version_list
from timshel.planning.plan.rules import PartContent
from timshel.planning.plan.sources import Drawn, Line
from timshel.planning.plan.states import Part

FIRST_REVIEW = timedelta(days=365)


def load_plan(file: PackFile, *, actor: Actor, at: datetime) -> int:
    """Write the plan of a file; returns how many versions, none where there are some already.

    Args:
        file: the file, checked against its schema.
        actor: who has all rights everywhere.
        at: now, from which days are counted.

    Raises:
        InvalidPack: one cannot be used.
    """
    if version_list(actor=actor, size=1).items:
        return 0
    telling = _Telling(file, actor, at)
    for number, row in enumerate(file.data["versions"], start=1):
        try:
            telling.tell(number, row)
        except Invalid as refusal:
            raise refused(file, ["versions", number - 1], refusal) from refusal
        except Refused as refusal:
            raise file.fault(["versions", number - 1], str(refusal.message)) from refusal
    return len(file.data["versions"])


class _Telling:
    """What happened to the plan, told with the people and the days of the pack."""

    def __init__(self, file: PackFile, actor: Actor, at: datetime) -> None:
        self._file, self._actor, self._at = file, actor, at
        self._author = self._who(file.data["author"])

    def tell(self, number: int, row: Mapping[str, Any]) -> None:
        """Write a version and, where the pack says so, propose and approve it."""
        self._write(number, at=self._ago(row["days_ago"]))
        if "proposed" in row:
            moment = self._ago(row["proposed"])
            actions.propose_version(
                summary=row["summary"],
                revision=self._revision(moment),
                actor=self._author,
                at=moment,
            )
        if "approved" in row:
            moment = self._ago(row["approved"])
            actions.approve_version(
                revision=self._revision(moment),
                actor=self._who(row["approver"]),
                at=moment,
                drawn={name: self._drawn(said) for name, said in row["lists"].items()},
            )

    def _write(self, number: int, *, at: datetime) -> None:
        standing = {each.view.part: each for each in plan(actor=self._actor, at=at).parts}
        for part in self._file.data["parts"]:
            known = standing[Part(part["part"])]
            texts = {each["version"]: each["text"] for each in part["texts"]}
            if number not in texts and number > 1 and known.view.review_date == self._review(part):
                continue
            content = PartContent(
                texts.get(number, known.view.statement),
                part["owner"],
                (at + FIRST_REVIEW).date() if number == 1 else self._review(part),
            )
            actions.write_part(
                part["part"], content=content, revision=known.revision, actor=self._author, at=at
            )

    def _review(self, part: Mapping[str, Any]) -> date:
        return (self._at + timedelta(days=part["review_in"])).date()

    def _revision(self, at: datetime) -> int:
        """Return the revision of the version that is not approved yet."""
        coming = plan(actor=self._actor, at=at).coming
        return coming.revision if coming else 0

    def _drawn(self, said: Mapping[str, Any]) -> Drawn:
        days = said.get("latest_days_ago")
        return Drawn(
            lines=tuple(Line(**line) for line in said.get("lines", ())),
            count=said["count"],
            stale=said.get("stale", 0),
            latest=self._ago(days).date() if days is not None else None,
        )

    def _ago(self, days: int) -> datetime:
        return self._at - timedelta(days=days)

    def _who(self, code: str) -> Actor:
        key = person_by_code(code)
        found = None if key is None else actor_for(key, channel=Channel.IMPORT)
        if found is None:
            raise self._file.fault(["author"], f"There is no person {code}.")
        return found
