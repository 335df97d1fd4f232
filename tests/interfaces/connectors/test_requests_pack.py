"""Orders of a pack: made and driven by the real actions at past moments, once, faults named."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cast import SYSTEM, Cast
from tests.ordered import offer_laptop, tasks_of
from timshel.interfaces.connectors.packs import InvalidPack, packs_directory
from timshel.interfaces.connectors.packs.files import PackFile, pack_file
from timshel.interfaces.connectors.packs.requests import load_requests
from timshel.kernel.events import unheard
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import Comment, WorkItem
from timshel.relationship_agreement.service_level.models import Clock
from timshel.resolution_fulfilment.service_request.models import ServiceRequest
from timshel.service_portfolio.catalogue.models import Entry as CatalogueEntry

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 22, 12, 0, tzinfo=UTC)
"""A Sunday, three weeks after the organisation was made."""


def deed(do: str, by: str, day: int, time: str, **more: Any) -> dict[str, Any]:
    return {"do": do, "by": by, "day": day, "time": time, **more}


DELIVERED: dict[str, Any] = {
    "offering": "laptop-standard",
    "by": "imre.castellane",
    "working_days_ago": 14,
    "time": "09:00",
    "answers": {"model": "14"},
    "deeds": [
        deed("approve", "wendell.achterberg", 0, "10:00"),
        deed("take", "jonas.okereke", 0, "10:30"),
        deed("finish", "jonas.okereke", 1, "11:00", step="prepare", answers={"serial": "NM-1"}),
        deed("finish", "kieran.ashdown", 2, "15:00", step="bring"),
    ],
}
REFUSED: dict[str, Any] = {
    "offering": "laptop-standard",
    "by": "solveig.adeyemi",
    "working_days_ago": 13,
    "time": "09:00",
    "answers": {"model": "16"},
    "deeds": [deed("refuse", "wendell.achterberg", 1, "10:00", text="There is one here already.")],
}


def file_of(tmp_path: Path, rows: list[Any]) -> PackFile:
    directory = Path(shutil.copytree(packs_directory(), tmp_path / "packs"))
    path = directory / "demonstration" / "requests.yaml"
    path.write_text(yaml.safe_dump({"requests": rows}, sort_keys=False), encoding="utf-8")
    return pack_file("demonstration/requests.yaml", directory=directory)


def load(file: PackFile, *, at: datetime = NOW) -> int:
    with unheard():
        return load_requests(file, actor=SYSTEM, at=at)


@pytest.fixture(autouse=True)
def offered(cast: Cast) -> None:
    offer_laptop(cast)


def test_an_order_lives_at_its_moments_until_the_clock_closes_it(tmp_path: Path) -> None:
    assert load(file_of(tmp_path, [DELIVERED])) == 1
    request = ServiceRequest.objects.select_related("work_item").get()
    item = request.work_item
    assert (item.stage, request.outcome) == ("closed", "fulfilled")
    assert item.opened_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert item.resolved_at == datetime(2026, 3, 5, 15, 0, tzinfo=UTC)
    assert item.closed_at == datetime(2026, 3, 13, 8, 5, tzinfo=UTC)  # on the morning after a week
    prepare, bring = tasks_of(item.number)
    assert prepare.assignee is not None
    assert prepare.assignee.code == "jonas.okereke"
    assert prepare.task.answers == {"serial": "NM-1"}
    assert all(line["done_by"] == "Jonas Okereke-Vale" for line in prepare.task.checklist)
    assert bring.closed_at == item.resolved_at
    moments = Entry.objects.filter(subject_kind="work_item", subject_id=item.pk).order_by("pk")
    told = list(moments.values_list("at", flat=True))
    assert told == sorted(told)
    assert not Clock.objects.filter(work_item=item, stopped_at__isnull=True).exists()
    assert CatalogueEntry.objects.get(offering=request.offering).requests_90_days == 1


def test_numbers_follow_time_and_not_the_file(tmp_path: Path) -> None:
    load(file_of(tmp_path, [REFUSED, DELIVERED]))
    first, second = ServiceRequest.objects.select_related("work_item__requester").order_by("pk")
    assert first.work_item.requester.code == "imre.castellane"
    assert (second.outcome, second.outcome_text) == ("refused", "There is one here already.")


def test_loaded_twice_it_adds_nothing_and_later_only_what_is_missing(tmp_path: Path) -> None:
    file = file_of(tmp_path, [DELIVERED])
    load(file)
    before = (Entry.objects.count(), WorkItem.objects.count())
    assert load(file, at=NOW.replace(day=25)) == 0
    assert (Entry.objects.count(), WorkItem.objects.count()) == before
    assert load(file_of(tmp_path / "more", [DELIVERED, REFUSED])) == 1


def test_who_is_asked_answers_and_the_work_goes_on(tmp_path: Path) -> None:
    asked = [
        *DELIVERED["deeds"][:2],
        deed("ask", "jonas.okereke", 1, "09:00", text="In which room?"),
    ]
    answer = deed("reply", "imre.castellane", 1, "09:30", text="C 1.21")
    load(file_of(tmp_path, [{**DELIVERED, "deeds": asked}]))
    item = WorkItem.objects.get(kind="service_request")
    assert (item.stage, item.waiting_reason) == ("waiting", "requester")
    other = {**DELIVERED, "by": "solveig.adeyemi"}
    answered = {**answer, "by": "solveig.adeyemi"}
    load(file_of(tmp_path / "other", [{**other, "deeds": [*asked, answered]}]))
    item = WorkItem.objects.get(kind="service_request", requester__code="solveig.adeyemi")
    assert (item.stage, item.waiting_reason) == ("in_progress", None)
    assert [each.text for each in Comment.objects.filter(work_item=item).order_by("pk")] == [
        "In which room?",
        "C 1.21",
    ]


def test_what_is_late_by_now_stands_as_late_and_nobody_is_told(tmp_path: Path) -> None:
    row = {**DELIVERED, "deeds": DELIVERED["deeds"][:1]}
    load(file_of(tmp_path, [row]))
    late = Clock.objects.filter(state="breached")
    assert late.filter(kind="respond").exists()
    assert not late.filter(breach_announced_at__isnull=True).exists()
    assert not Entry.objects.filter(verb="service_level.breached").exists()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"by": "nobody.here"}, "requests[1].by: nobody.here"),
        (
            {"answers": {"model": "15"}},
            "requests[1].answers.model: Please choose one of the answers.",
        ),
        ({"offering": "mail-box"}, "requests[1]: There is nothing here, or you may not see it."),
        (
            {"deeds": [deed("take", "jonas.okereke", 0, "10:00")]},
            "requests[1].deeds[1]: Nothing waits for this.",
        ),
        (
            {"deeds": [deed("approve", "wendell.achterberg", 14, "10:00")]},
            "requests[1].deeds[1].day: This day is still to come.",
        ),
        (
            {"deeds": [deed("approve", "wendell.achterberg", 0, "08:59")]},
            "requests[1].deeds[1].time: This happened earlier than what stands before it.",
        ),
        (
            {
                "deeds": [
                    DELIVERED["deeds"][0],
                    deed("take", "petra.wolmar", 0, "11:00"),
                ]
            },
            "requests[1].deeds[2]: There is nothing here, or you may not see it.",
        ),
        (
            {"deeds": [deed("cancel", "tamsin.harrowgate", 0, "10:00")]},
            "requests[1].deeds[1]: “text” is missing.",
        ),
    ],
)
def test_what_does_not_fit_is_named_with_its_line(
    tmp_path: Path, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(InvalidPack) as fault:
        load(file_of(tmp_path, [{**DELIVERED, **change}]))
    assert str(fault.value).startswith("demonstration/requests.yaml, line ")
    assert str(fault.value).endswith(sentence)
