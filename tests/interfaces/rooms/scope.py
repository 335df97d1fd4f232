"""The scope statement on the scenes of the rights and of the query counts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.cast import SYSTEM, Cast
from timshel.context.scope.actions import approve_draft, discard_draft, save_draft
from timshel.context.scope.queries import scope_in_state
from timshel.context.scope.rules import CoveredItem, Exclusion, ScopeContent
from timshel.context.scope.states import ItemKind, ScopeState

BODIES: dict[str, dict[str, Any]] = {
    "scope-draft": {"statement": "What we do now.", "services": ["mail"], "revision": 1},
    "scope-approve": {"revision": 1},
    "api-read_scope_draft": {
        "statement": "What we do now.",
        "items": [{"kind": "service", "code": "mail"}],
        "revision": 1,
    },
    "api-approve_scope_draft": {"revision": 1},
}


def stage(cast: Cast, *, at: datetime) -> dict[str, str]:
    """Have a version approved, and write the next."""
    _approved(at=at)
    save_draft(content=_content("What we will do."), actor=SYSTEM, at=at)
    return {"<int:scope_version>": "1", "<scope_version>": "1"}


def grow(cast: Cast, position: int, *, at: datetime) -> None:
    """Have one more version approved, and the next one written."""
    if scope_in_state(ScopeState.DRAFT, actor=SYSTEM) is not None:
        discard_draft(actor=SYSTEM, at=at)
    _approved(at=at)
    save_draft(content=_content("What we will do."), actor=SYSTEM, at=at)


def pages(cast: Cast) -> dict[str, tuple[str, str]]:
    """Return the pages of the scope."""
    scope, api = "/governance/context/scope", "/api/v1/scope"
    web = {
        "scope": scope,
        "scope-draft": f"{scope}/draft",
        "scope-version": f"{scope}/versions/1",
        "scope-pdf": f"{scope}/versions/1/pdf",
    }
    answers = {
        "api-list_scope_versions": f"{api}/versions",
        "api-read_scope_version": f"{api}/versions/1",
        "api-compare_scope": f"{api}/comparison",
        "api-read_scope_draft": f"{api}/draft",
    }
    return {
        **{name: ("process_owner", address) for name, address in web.items()},
        **{name: ("api-process_owner", address) for name, address in answers.items()},
    }


def _approved(*, at: datetime) -> None:
    save_draft(content=_content("What we do."), actor=SYSTEM, at=at)
    approve_draft(revision=1, actor=SYSTEM, at=at)


def _content(statement: str) -> ScopeContent:
    return ScopeContent(
        statement,
        "Own machine rooms.",
        (CoveredItem(ItemKind.SERVICE, "mail", "Mail"),),
        (Exclusion(ItemKind.SITE, "lac-orme", "", "Run by its host."),),
    )
