"""The improvements of the demonstration: in every state, and no more when loaded again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cast import SYSTEM, Cast
from tests.demonstration import AT, Kept
from timshel.improvement.initiative.models import Cycle, Improvement
from timshel.improvement.initiative.queries import improvement_summary
from timshel.improvement.initiative.states import ImprovementState
from timshel.interfaces.connectors.packs.files import InvalidPack, PackFile, pack_file
from timshel.interfaces.connectors.packs.management.improvements import load_improvements
from timshel.kernel.journal.models import Entry
from timshel.support.notification.models import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def _demonstration(kept_demonstration: Kept) -> Iterator[None]:
    with kept_demonstration.put_back():
        yield


@pytest.mark.usefixtures("_demonstration")
def test_the_demonstration_holds_every_state() -> None:
    states = set(Improvement.objects.values_list("state", flat=True))
    assert states == {each.value for each in ImprovementState}
    assert Improvement.objects.count() == 17
    assert sorted(Cycle.objects.values_list("step", flat=True)) == [
        "check",
        "closed",
        "do",
        "plan",
    ]
    assert not Notice.objects.filter(topic="improvement.moved").exists()
    two_years = improvement_summary(since=AT.replace(year=2024), at=AT)
    assert (two_years.measured, two_years.kept, two_years.held) == (4, 2, 4)
    before = Entry.objects.count()
    file = pack_file("demonstration/improvements.yaml")
    assert load_improvements(file, actor=SYSTEM, at=AT) == 0
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ({"by": "nobody"}, "There is no person nobody."),
        ({"by": "imre.castellane", "title": " "}, "Please say what would be better."),
        (
            {
                "by": "imre.castellane",
                "steps": [{"deed": "start", "by": "bastian.nwosu", "days_ago": 1}],
            },
            "This is not possible in the present state.",
        ),
    ],
)
def test_what_does_not_fit_is_named(cast: Cast, row: dict[str, Any], sentence: str) -> None:
    one = {"title": "Better", "days_ago": 2, "steps": [], **row}
    file = PackFile("improvements.yaml", "", {"cycles": [], "improvements": [one]})
    with pytest.raises(InvalidPack) as caught:
        load_improvements(file, actor=SYSTEM, at=AT)
    assert sentence in str(caught.value)
