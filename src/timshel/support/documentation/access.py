"""Who may read, write, approve and distribute documents, and finding them with the right."""

from __future__ import annotations

from timshel.kernel.actor import Actor
from timshel.kernel.errors import NotAllowed, NotFound
from timshel.kernel.record_numbers import key_of
from timshel.support.documentation.models import Document, DocumentVersion, sees_all
from timshel.support.documentation.rules import MANAGE, PREFIX, VIEW
from timshel.support.documentation.states import VersionState

__all__ = [
    "MANAGE",
    "VIEW",
    "document_to_change",
    "known",
    "known_for_change",
    "may_change",
    "may_read_version",
    "may_see",
    "require_create",
    "sees_all",
    "sees_drafts",
]


def known(number: str, *, actor: Actor) -> Document:
    """Return a document that the actor may know of, with its owner and the version in effect.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    rows = Document.objects.visible_to(actor).select_related("owner", "current")
    found = rows.filter(pk=key_of(PREFIX, number)).first()
    if found is None:
        raise NotFound
    return found


def may_see(number: str, *, actor: Actor) -> bool:
    """Tell whether the actor may know of a document; the twin of ``visible_to``."""
    return Document.objects.visible_to(actor).filter(pk=key_of(PREFIX, number)).exists()


def known_for_change(number: str, *, actor: Actor) -> Document:
    """Return a document that the actor may know of, locked.

    Raises:
        NotFound: there is none, or the actor may not know of it.
    """
    key = known(number, actor=actor).pk
    rows = Document.objects.select_for_update(of=("self",)).select_related("owner", "current")
    return rows.get(pk=key)


def document_to_change(number: str, *, actor: Actor) -> Document:
    """Return a document, locked, that the actor may write, distribute and withdraw.

    Raises:
        NotFound: there is none, or the actor may not know of it.
        NotAllowed: the actor may only read it.
    """
    found = known_for_change(number, actor=actor)
    if not may_change(found, actor=actor):
        raise NotAllowed
    return found


def may_change(document: Document, *, actor: Actor) -> bool:
    """Tell whether an actor may change a document: its owner may, and who keeps all of them."""
    is_owner = actor.person_id is not None and document.owner_id == actor.person_id
    return is_owner or actor.may(MANAGE)


def require_create(owner_id: int | None, *, actor: Actor) -> None:
    """Refuse unless the actor may begin documents; one without the right everywhere, own ones.

    Args:
        owner_id: who shall answer for it; None where it is not known yet.
        actor: who begins it.

    Raises:
        NotAllowed: the right is missing.
    """
    if actor.may(MANAGE):
        return
    is_own = owner_id is None or owner_id == actor.person_id
    if not (actor.may_somewhere(MANAGE) and is_own):
        raise NotAllowed


def sees_drafts(document: Document, *, actor: Actor) -> bool:
    """Tell whether an actor reads every version of a document they may know of."""
    return sees_all(actor) or may_change(document, actor=actor)


def may_read_version(version: DocumentVersion, document: Document, *, actor: Actor) -> bool:
    """Tell whether an actor, who may know of a document, reads a version of it."""
    if sees_drafts(document, actor=actor) or version.state == VersionState.EFFECTIVE:
        return True
    own = (version.author_id, version.approver_id)
    return actor.person_id is not None and actor.person_id in own
