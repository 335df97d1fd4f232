"""Taking over models, their questions and their crosswalk from packs: content that is data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from timshel.improvement.conformity import access
from timshel.improvement.conformity.actions.keeping import REGION, told
from timshel.improvement.conformity.models import (
    Clause,
    ConformityModel,
    CrosswalkLink,
    Question,
)
from timshel.improvement.conformity.rules import CrossGiven, ModelGiven, QuestionGiven
from timshel.improvement.conformity.states import EvidenceKind
from timshel.kernel import live
from timshel.kernel.actor import Actor
from timshel.kernel.errors import Invalid


@transaction.atomic
def load_model(given: ModelGiven, *, actor: Actor, at: datetime) -> int:
    """Take over a model with its clauses and questions; what stands as given stays untouched.

    Args:
        given: the model; a question that is known by its code takes over its new words and rules.
        actor: who may judge conformity everywhere.
        at: when.

    Returns:
        How much was added or changed.

    Raises:
        Invalid: a question is about no clause, is of no known kind, or nothing can answer it.
        NotAllowed: the right is missing.
    """
    access.require_judge(actor)
    _check(given)
    values = {
        "name": given.name,
        "edition": given.edition,
        "translations": dict(given.translations),
    }
    rows, changed = _kept(ConformityModel.objects.all(), ("code",), {(given.code,): values})
    model = rows[given.code,]
    titles = {
        (model.pk, each.number): {
            "title": each.title,
            "translations": dict(each.translations),
            "position": place,
        }
        for place, each in enumerate(given.clauses, start=1)
    }
    clauses, more = _kept(Clause.objects.filter(model=model), ("model_id", "number"), titles)
    changed += more
    questions = {
        (model.pk, each.code): _content(each, clauses[model.pk, each.clause], place)
        for place, each in enumerate(given.questions, start=1)
    }
    changed += _kept(Question.objects.filter(model=model), ("model_id", "code"), questions)[1]
    if changed:
        noted = {"code": (None, given.code), "changed": (None, changed)}
        told("model_loaded", "conformity_model", model.pk, noted, actor=actor, at=at)
        live.announce({REGION}, at=at)
    return changed


@transaction.atomic
def load_crosswalk(given: Iterable[CrossGiven], *, actor: Actor, at: datetime) -> int:
    """Take over which clauses correspond to each other; returns how much was added or changed.

    Raises:
        Invalid: a clause is not known.
        NotAllowed: the right is missing.
    """
    access.require_judge(actor)
    rows = Clause.objects.select_related("model")
    clauses = {(row.model.code, row.number): row for row in rows}
    wanted: dict[tuple[Any, ...], Mapping[str, Any]] = {}
    for each in given:
        ends = (each.from_model, each.from_clause), (each.to_model, each.to_clause)
        for end in ends:
            if end not in clauses:
                raise Invalid({"crosswalk": [_no_clause(" ".join(end))]})
        words = {"note": each.note, "translations": dict(each.translations)}
        wanted[clauses[ends[0]].pk, clauses[ends[1]].pk] = words
    changed = _kept(CrosswalkLink.objects.all(), ("source_id", "target_id"), wanted)[1]
    if changed:
        told(
            "crosswalk_loaded",
            "conformity_model",
            0,
            {"changed": (None, changed)},
            actor=actor,
            at=at,
        )
        live.announce({REGION}, at=at)
    return changed


def _kept(
    rows: models.QuerySet[Any],
    names: tuple[str, ...],
    wanted: Mapping[tuple[Any, ...], Mapping[str, Any]],
) -> tuple[dict[tuple[Any, ...], Any], int]:
    """Make rows or bring them to what is given; they are read at once, since each start does this.

    Args:
        rows: those that are there.
        names: the columns by which one is known.
        wanted: for what stands in those columns, what shall stand in others.

    Returns:
        The rows by those columns, and how many were made or changed.
    """
    found = {tuple(getattr(row, name) for name in names): row for row in rows}
    changed = 0
    for key, values in wanted.items():
        row = found.get(key)
        if row is None:
            found[key] = rows.model.objects.create(**dict(zip(names, key, strict=True)), **values)
            changed += 1
            continue
        other = [name for name, value in values.items() if getattr(row, name) != value]
        for name in other:
            setattr(row, name, values[name])
        if other:
            row.save(update_fields=other)
            changed += 1
    return found, changed


def _content(given: QuestionGiven, clause: Clause, place: int) -> dict[str, Any]:
    return {
        "clause_id": clause.pk,
        "title": given.title,
        "words": given.text,
        "kind": EvidenceKind(given.kind),
        "rules": list(given.rules),
        "by_hand": given.by_hand,
        "age_days": given.age_days,
        "translations": {
            language: {("words" if name == "text" else name): text for name, text in words.items()}
            for language, words in given.translations.items()
        },
        "position": place,
    }


def _check(given: ModelGiven) -> None:
    clauses = {each.number for each in given.clauses}
    for each in given.questions:
        if each.clause not in clauses:
            raise Invalid({"questions": [_no_clause(each.clause)]})
        if each.kind not in EvidenceKind.values:
            raise Invalid(
                {"questions": [_("“%(kind)s” is no kind of evidence.") % {"kind": each.kind}]}
            )
        if not each.rules and not each.by_hand:
            sentence = _("Nothing says how the question %(code)s is answered.")
            raise Invalid({"questions": [sentence % {"code": each.code}]})


def _no_clause(number: str) -> Any:
    return _("There is no clause %(number)s.") % {"number": number}
