"""Documents as tests need them: begun, written, approved and distributed by the real actions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import Cast
from timshel.kernel.actor import Actor
from timshel.support.documentation import actions
from timshel.support.documentation.rules import Audience, DocumentFacts, VersionContent
from timshel.support.documentation.states import DocumentKind

OWNER, APPROVER = "bastian.nwosu", "wendell.achterberg"


def facts(**changes: Any) -> DocumentFacts:
    """What is known of a document of the process owner."""
    given: dict[str, Any] = {
        "code": "incident-procedure",
        "kind": DocumentKind.PROCEDURE,
        "title": "Incident procedure",
        "owner": OWNER,
        "clause": "8.6.1",
    }
    return DocumentFacts(**{**given, **changes})


def begun(cast: Cast, *, at: datetime, by: Actor | None = None, **changes: Any) -> str:
    """Begin a document; returns its number."""
    return actions.create_document(facts=facts(**changes), actor=by or cast.process_owner, at=at)


def drafted(
    cast: Cast, number: str, *, at: datetime, text: str = "Restore service.", **content: Any
) -> int:
    """Write the next version of a document."""
    return actions.save_draft(
        number, content=VersionContent(text, **content), actor=cast.process_owner, at=at
    )


def approved(cast: Cast, number: str, *, at: datetime, **content: Any) -> int:
    """Write a version, have it approved, and let it take effect unless its day is to come."""
    version = drafted(cast, number, at=at, **content)
    actions.submit_draft(number, approver=APPROVER, actor=cast.process_owner, at=at)
    actions.approve_version(number, actor=cast.manager, at=at)
    return version


def effective(cast: Cast, *, at: datetime, text: str = "Restore service.", **changes: Any) -> str:
    """Begin a document whose first version is in effect; returns its number."""
    number = begun(cast, at=at, **changes)
    approved(cast, number, at=at, text=text)
    return number


def told(cast: Cast, number: str, audience: Audience, *, at: datetime) -> None:
    """Distribute a document."""
    actions.distribute_document(number, audience=audience, actor=cast.process_owner, at=at)
