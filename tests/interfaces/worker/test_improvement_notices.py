"""Whoever suggested an improvement hears of each step."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from tests.cast import AT, SYSTEM, Cast
from timshel.improvement.initiative.actions import (
    decline_improvement,
    park_improvement,
    resume_improvement,
    suggest_improvement,
)
from timshel.improvement.initiative.models import Step
from timshel.improvement.initiative.rules import Suggestion
from timshel.improvement.initiative.states import ImprovementState
from timshel.interfaces.worker import improvements
from timshel.support.notification.models import Notice
from timshel.support.notification.notices import sentence
from timshel.support.notification.queries import notice_list
from timshel.support.notification.topics import Topic

pytestmark = pytest.mark.django_db


def test_each_step_is_told_once_with_what_was_said(cast: Cast) -> None:
    number = suggest_improvement(Suggestion("One form less"), actor=cast.requester, at=AT)
    by: dict[str, Any] = {"actor": cast.process_owner, "at": AT}
    park_improvement(number, said="Next year.", **by)
    resume_improvement(number, **by)
    decline_improvement(number, said="Too dear.", **by)
    for step in Step.objects.order_by("pk"):
        for _again in range(2):
            improvements.tell_moved.func(step_id=step.pk, by_person_id=step.by_id)
    told = Notice.objects.filter(topic="improvement.moved")
    assert told.count() == 3
    assert set(told.values_list("person_id", flat=True)) == {cast.requester.person_id}
    words = str(notice_list(actor=cast.requester, at=AT).items)
    assert "Your suggestion has to wait: One form less. Next year." in words
    assert f"/governance/improvements/mine/{number}" in words


def test_nobody_is_told_of_what_the_system_suggested() -> None:
    suggest_improvement(Suggestion("One form less"), actor=SYSTEM, at=AT)
    improvements.tell_moved.func(step_id=Step.objects.get().pk, by_person_id=None)
    improvements.tell_moved.func(step_id=0, by_person_id=None)
    assert not Notice.objects.filter(topic="improvement.moved").exists()


def test_every_state_has_its_sentence() -> None:
    with translation.override("en"):
        said = {
            sentence(Topic.IMPROVEMENT_MOVED, {"title": "A", "said": f"improvement_{state.value}"})
            for state in ImprovementState
        }
    assert len(said) == len(ImprovementState)
