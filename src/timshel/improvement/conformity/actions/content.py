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
    model, changed = _kept(ConformityModel, {"code": given.code}, values)
    for place, each in enumerate(given.clauses, start=1):
        words = {
            "title": each.title,
            "translations": dict(each.translations),
            "position": place,
        }
        changed += _kept(Clause, {"model": model, "number": each.number}, words)[1]
    clauses = {row.number: row for row in Clause.objects.filter(model=model)}
    for place, question in enumerate(given.questions, start=1):
        content = _content(question, clauses[question.clause], place)
        changed += _kept(Question, {"model": model, "code": question.code}, content)[1]
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
    changed = 0
    for each in given:
        ends = (each.from_model, each.from_clause), (each.to_model, each.to_clause)
        for end in ends:
            if end not in clauses:
                raise Invalid({"crosswalk": [_no_clause(" ".join(end))]})
        names = {"source": clauses[ends[0]], "target": clauses[ends[1]]}
        words = {"note": each.note, "translations": dict(each.translations)}
        changed += _kept(CrosswalkLink, names, words)[1]
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
    kind: type[models.Model], names: Mapping[str, Any], values: Mapping[str, Any]
) -> tuple[Any, int]:
    """Make a row or bring it to what is given; returns it, and 1 where that changed anything."""
    manager = kind._default_manager  # noqa: SLF001 - the documented name of it
    row = manager.filter(**names).first()
    if row is None:
        return manager.create(**names, **values), 1
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, values[name])
    if changed:
        row.save(update_fields=changed)
    return row, 1 if changed else 0


def _content(given: QuestionGiven, clause: Clause, place: int) -> dict[str, Any]:
    return {
        "clause": clause,
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
