"""Saving, changing, sharing, copying, pinning and deleting views."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from timshel.context.organization.models import Team
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid, NotAllowed, Text
from timshel.kernel.filters import Asker, plain, read_filter
from timshel.kernel.journal.actions import record
from timshel.kernel.text import is_storable
from timshel.operation.view import access
from timshel.operation.view.columns import column_texts, is_order
from timshel.operation.view.fields import FIELDS
from timshel.operation.view.models import Pin, View
from timshel.operation.view.queries import content_plain, look_of
from timshel.operation.view.rules import (
    LONGEST_NAME,
    Look,
    ViewContent,
    content_faults,
    may_share,
)
from timshel.operation.view.states import Audience

SUBJECT = "view"


@transaction.atomic
def save_view(content: ViewContent, *, actor: Actor, at: datetime) -> int:
    """Save a way of looking at work; the actor becomes its owner.

    Args:
        content: what it shall be.
        actor: a person who may see others' work.
        at: when.

    Returns:
        Its key.

    Raises:
        NotAllowed: views are not for this actor, or not for this audience.
        Invalid: with the sentences for each field that is wrong.
    """
    owner_id = access.require_desk(actor)
    team = _checked(content, actor=actor, at=at)
    view = View(owner_id=owner_id, position=_next_position(owner_id), created_at=at)
    _fill(view, content, team, at=at)
    view.save(force_insert=True)
    changes = {name: (None, value) for name, value in _plain(view).items()}
    _journal("view.saved", view, changes, actor=actor, at=at)
    return view.pk


@transaction.atomic
def change_view(view_id: int, *, content: ViewContent, actor: Actor, at: datetime) -> None:
    """Change a view: its name, what it shows and how, and who sees it.

    Args:
        view_id: its key.
        content: what it shall be.
        actor: its owner, or who keeps the views of its audience.
        at: when.

    Raises:
        NotFound: there is none that the actor may see.
        NotAllowed: it is not the actor's to change, or not to share like this.
        Invalid: with the sentences for each field that is wrong.
    """
    view = access.require_change(view_id, actor=actor)
    team = _checked(content, kept=view, actor=actor, at=at)
    before = _plain(view)
    _fill(view, content, team, at=at)
    after = _plain(view)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if changes:
        view.save()
        _journal("view.changed", view, changes, actor=actor, at=at)


@transaction.atomic
def copy_view(view_id: int, *, name: str = "", actor: Actor, at: datetime) -> int:
    """Copy a view that the actor sees into one of their own.

    Args:
        view_id: the view's key.
        name: of the copy; the same name unless given.
        actor: a person who may see others' work.
        at: when.

    Returns:
        The key of the copy.
    """
    view = access.find(view_id, actor=actor)
    named = name.strip() or _("Copy of %(name)s") % {"name": view.name}
    content = ViewContent(name=str(named)[:LONGEST_NAME], look=look_of(view))
    return save_view(content, actor=actor, at=at)


@transaction.atomic
def delete_view(view_id: int, *, actor: Actor, at: datetime) -> None:
    """Remove a view; the work it showed stays as it is.

    Raises:
        NotFound: there is none that the actor may see.
        NotAllowed: it is not the actor's to remove.
    """
    view = access.require_change(view_id, actor=actor)
    changes = {name: (value, None) for name, value in _plain(view).items()}
    _journal("view.deleted", view, changes, actor=actor, at=at)
    view.delete()


@transaction.atomic
def pin_view(view_id: int, *, actor: Actor, at: datetime) -> None:
    """Keep a view at hand; doing it again changes nothing."""
    view = access.find(view_id, actor=actor)
    Pin.objects.get_or_create(person_id=access.require_desk(actor), view=view, defaults={"at": at})


@transaction.atomic
def unpin_view(view_id: int, *, actor: Actor, at: datetime) -> None:  # noqa: ARG001
    """No longer keep a view at hand; doing it again changes nothing."""
    view = access.find(view_id, actor=actor)
    Pin.objects.filter(person_id=access.require_desk(actor), view=view).delete()


@transaction.atomic
def move_view(view_id: int, *, position: int, actor: Actor, at: datetime) -> None:
    """Put a view at a place among the others of its owner.

    Args:
        view_id: its key.
        position: from 0; those behind it move on.
        actor: who may change it.
        at: when.
    """
    view = access.require_change(view_id, actor=actor)
    others = list(
        View.objects.select_for_update(of=("self",), no_key=True)
        .filter(owner_id=view.owner_id)
        .exclude(pk=view.pk)
        .order_by("position", "name", "pk")
    )
    others.insert(max(0, min(position, len(others))), view)
    moved = []
    for place, each in enumerate(others):
        if each.position != place:
            each.position, each.updated_at = place, at
            moved.append(each)
    View.objects.bulk_update(moved, ["position", "updated_at"])


def _next_position(owner_id: int) -> int:
    last = View.objects.filter(owner_id=owner_id).order_by("-position").first()
    return last.position + 1 if last else 0


def _checked(
    content: ViewContent, *, kept: View | None = None, actor: Actor, at: datetime
) -> Team | None:
    """Return the team that shall see a view, once everything about it is found to be right."""
    faults: dict[str, list[Text]] = content_faults(content)
    team = None
    if content.audience is Audience.TEAM and content.team and is_storable(content.team):
        team = Team.objects.filter(code=content.team, is_active=True).first()
    if content.audience is Audience.TEAM and team is None:
        faults.setdefault("team", [_("There is no such team.")])
    if not is_order(content.look.sort):
        faults["sort"] = [_("This order does not exist.")]
    wrong = _filter_faults(content.look, kept, actor=actor, at=at)
    if wrong:
        faults["filter"] = wrong
    if faults:
        raise Invalid(faults)
    team_id = team.pk if team else None
    is_same = kept is not None and (kept.audience, kept.team_id) == (content.audience, team_id)
    if not is_same and not may_share(actor, content.audience, team_id=team_id):
        raise NotAllowed(_("You may not make views for these people."))
    return team


def _filter_faults(look: Look, kept: View | None, *, actor: Actor, at: datetime) -> list[Text]:
    """Return what is wrong with a filter; what a view named before may stay in it."""
    try:
        read_filter(plain(look.filter, FIELDS), FIELDS)
    except Invalid as refused:
        return list(refused.fields["filter"])
    missing = FIELDS.missing(look.filter, Asker(actor, at))
    if kept is not None and missing:
        before = FIELDS.missing(look_of(kept).filter, Asker(actor, at))
        missing = [each for each in missing if each not in before]
    return [
        _("“%(field)s”: there is no “%(value)s”.")
        % {"field": known.label if (known := FIELDS.get(field)) else field, "value": value}
        for field, value in missing
    ]


def _fill(view: View, content: ViewContent, team: Team | None, *, at: datetime) -> None:
    look = content.look
    view.name = content.name.strip()
    view.audience, view.team = content.audience.value, team
    view.filter = plain(look.filter, FIELDS)
    view.columns = column_texts(look.columns)
    view.sort, view.by = look.sort, look.by
    view.density, view.shape = look.density.value, look.shape.value
    view.updated_at = at


def _plain(view: View) -> dict[str, Any]:
    return {
        "name": view.name,
        "audience": view.audience,
        "team": view.team.code if view.team else None,
        **content_plain(look_of(view)),
    }


def _journal(
    verb: str,
    view: View,
    changes: Mapping[str, tuple[Any, Any]],
    *,
    actor: Actor,
    at: datetime,
) -> None:
    record(verb, subject_kind=SUBJECT, subject_id=view.pk, changes=changes, actor=actor, at=at)
