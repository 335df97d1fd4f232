"""Two programs at the same moment, each on a connection of its own."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.http import HttpResponse

from tests.crowd import PATIENCE, Crowd, waiting_for_locks
from tests.interfaces.api.world import Caller, build_world
from timshel.kernel.journal.models import Entry
from timshel.operation.work.models import WorkItem
from timshel.resolution_fulfilment.incident import actions


@pytest.mark.django_db(transaction=True)
class TestCrowd:
    @pytest.fixture(autouse=True)
    def _files(self, settings: Any, tmp_path: Path) -> None:
        settings.DATA_DIRECTORY = tmp_path

    def test_the_same_report_by_two_is_opened_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        world = build_world()
        arrived, go_on = threading.Event(), threading.Event()
        open_incident = actions.open_incident

        def slowly(*given: Any, **named: Any) -> Any:
            opened = open_incident(*given, **named)
            arrived.set()
            assert go_on.wait(PATIENCE)
            return opened

        monkeypatch.setattr(actions, "open_incident", slowly)
        answers: list[HttpResponse] = []

        def report() -> None:
            caller = Caller(world.ines.token)
            answers.append(
                caller.ask("POST", "/incidents", {"title": "Down"}, Idempotency_Key="same")
            )

        crowd = Crowd()
        crowd.start(report)
        assert arrived.wait(PATIENCE)
        crowd.start(report)
        deadline = time.monotonic() + PATIENCE
        while not waiting_for_locks():
            assert time.monotonic() < deadline
            time.sleep(0.01)
        go_on.set()
        crowd.wait()
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].content == answers[1].content
        assert sorted(answer.headers.get("Idempotent-Replayed", "") for answer in answers) == [
            "",
            "true",
        ]
        assert WorkItem.objects.count() == 1
        assert Entry.objects.filter(verb="incident.opened").count() == 1

    def test_of_two_changes_from_one_version_one_is_refused(self) -> None:
        world = build_world()
        number = world.report()
        answers: list[int] = []
        together = threading.Barrier(2)

        def change(caller: Caller, field: str) -> None:
            mine = Caller(caller.token)
            together.wait(PATIENCE)
            answer = mine.ask("PATCH", f"/incidents/{number}", {field: "x"}, If_Match='"1"')
            answers.append(answer.status_code)

        crowd = Crowd()
        crowd.start(change, world.noor, "title")
        crowd.start(change, world.tomas, "symptom")
        crowd.wait()
        assert sorted(answers) == [200, 412]
        assert world.noor.get(f"/incidents/{number}")["version"] == 2
