"""How many steps a second requests make from start to end, with everything that belongs to them.

    python bench/requests.py [--requests 1000] [--data DIRECTORY]

The process of ``bench/process_engine.py`` is published in the demonstration organisation, on a
database of its own that is thrown away. Each request is ordered by the requester, approved by the
line manager, worked on by agents who complete its tasks, woken by the sweep that fires its timer,
and ends delivered: through the same actions as pages and the API, one transaction each, with
numbers, rights, journal, clocks, messages and jobs. It prints steps a second, the ratio to the
engine alone with its state as JSON (``bench/process_engine.py`` measures that more closely), and
how long each kind of step takes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

AT = datetime(2027, 3, 1, 9, tzinfo=UTC)
OFFERING, PROCESS = "laptop-standard", "bench"
TASKS = ("pick", "label", "check", "pack", "ship", "hand")


class Stopwatch:
    """Notes how long each kind of step took, in seconds."""

    def __init__(self) -> None:
        self.seconds: dict[str, list[float]] = defaultdict(list)

    @contextmanager
    def of(self, kind: str) -> Iterator[None]:
        """Measure the block."""
        start = time.perf_counter()
        yield
        self.seconds[kind].append(time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--data", type=Path, help="where the database lies while it is needed")
    given = parser.parse_args()
    folder = Path(given.data or tempfile.mkdtemp(prefix="timshel-bench-"))
    os.environ["TIMSHEL_DATA"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "timshel.config.settings")
    from timshel.kernel.embedded_database import EmbeddedDatabase

    database = EmbeddedDatabase(folder / "database", durable=True)
    database.start(patience=60)
    os.environ["DATABASE_URL"] = database.url()
    try:
        _measure(given.requests)
    finally:
        database.stop(patience=10)
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _measure(count: int) -> None:
    import django

    django.setup()
    people = _prepare()
    watch = Stopwatch()
    _play(people, Stopwatch(), AT)  # warms the caches
    start = time.perf_counter()
    steps = sum(_play(people, watch, AT + timedelta(minutes=each)) for each in range(count))
    seconds = time.perf_counter() - start
    engine = _engine_alone(max(20, count // 5))
    here = steps / seconds
    print(f"{count:,} requests of {steps // count} steps: {seconds:.1f} s, {here:,.0f} steps/s")
    print(f"{seconds / count * 1_000:.1f} ms a request, {1_000 / here:.2f} ms a step")
    print(f"the engine alone: {engine:,.0f} steps/s, {engine / here:.1f} times as many")
    for kind, each in watch.seconds.items():
        share = sum(each) / seconds
        print(f"  {kind:10} {statistics.median(each) * 1_000:8.2f} ms, {share:4.0%} of the time")


def _prepare() -> dict[str, Any]:
    """Make the demonstration organisation with the process; returns who takes part."""
    from django.core.management import call_command

    sys.path.insert(0, str(Path(__file__).parents[1]))
    call_command("migrate", verbosity=0)
    from bench.process_engine import diagram_xml
    from tests.cast import FOUNDED, build_cast
    from timshel.operation.process import actions as processes
    from timshel.service_portfolio.catalogue import actions as catalogue

    cast = build_cast()
    by: dict[str, Any] = {"actor": cast.process_owner, "at": FOUNDED}
    diagram = diagram_xml()
    for key in TASKS:
        inside = (
            '<bpmn:extensionElements><timshel:task team="service-desk"/></bpmn:extensionElements>'
        )
        diagram = diagram.replace(
            f'<bpmn:userTask id="{key}" name="{key}"/>',
            f'<bpmn:userTask id="{key}" name="{key}">{inside}</bpmn:userTask>',
        )
    form = {"title": "Order", "steps": [{"key": "what", "title": "What", "fields": [_amount()]}]}
    catalogue.save_form_draft("bench", content=form, seen_revision=0, **by)
    catalogue.publish_form("bench", **by)
    processes.save_process_draft(diagram, **by)
    processes.publish_process(PROCESS, **by)
    page = {"name": "Laptop", "summary": "To work.", "text": "We bring it.", "form": "bench"}
    catalogue.save_page_draft(OFFERING, content={**page, "process": PROCESS}, seen_revision=0, **by)
    catalogue.publish_page(OFFERING, **by)
    catalogue.set_entitlements(OFFERING, rows=[{"audience": "everybody"}], **by)
    return {"requester": cast.requester, "manager": cast.manager, "agent": cast.lead}


def _amount() -> dict[str, Any]:
    return {"key": "amount", "type": "number", "label": "How much?", "required": True}


def _play(people: dict[str, Any], watch: Stopwatch, at: datetime) -> int:
    """Bring one request from start to end; returns how many steps were done."""
    from timshel.kernel.actor import system_actor
    from timshel.leadership.approval.actions import decide_approval
    from timshel.leadership.approval.states import Decision
    from timshel.operation.process.actions import wake_due_runs
    from timshel.operation.process.models import ProcessRun
    from timshel.operation.task.actions import Completion, complete_task
    from timshel.resolution_fulfilment.service_request.actions import Order, order

    with watch.of("order"):
        wanted = Order(OFFERING, raw={"amount": "1250"})
        key = order(wanted, actor=people["requester"], at=at).work_item_id
    steps = 0
    while True:
        run = ProcessRun.objects.only("state", "wake_at").get(pk=key)
        if run.state != "running":
            break
        at += timedelta(hours=1)
        step = run.steps.filter(state="waiting").select_related("task__work_item").first()
        if step is None:
            break
        steps += 1
        if step.kind == "approval":
            with watch.of("approve"):
                decide_approval(
                    step.approval_id or 0,
                    decision=Decision.APPROVED,
                    comment="",
                    actor=people["manager"],
                    at=at,
                )
        elif step.kind == "timer":
            at = max(at, run.wake_at or at)
            with watch.of("wake"):
                wake_due_runs(actor=system_actor("Process"), at=at, limit=1)
        else:
            with watch.of("complete"):
                number = step.task.work_item.number
                complete_task(number, completion=Completion(), actor=people["agent"], at=at)
    automatic = run.steps.filter(kind="call", state="done").count()
    if ProcessRun.objects.values_list("state", flat=True).get(pk=key) != "ended":
        raise SystemExit("a request did not come to its end")
    return steps + automatic


def _engine_alone(runs: int) -> float:
    """Return the steps a second of the engine with its state as JSON out and in at every step."""
    from bench.process_engine import FACTS, STEPS, diagram_xml
    from timshel.kernel.bpmn.engine import begin, restore
    from timshel.kernel.bpmn.reading import read_diagram

    diagram = read_diagram(diagram_xml())
    start = time.perf_counter()
    for _run in range(runs):
        at, run = AT, begin(diagram, {}, FACTS, AT)
        while not run.is_ended:
            run = restore(json.loads(json.dumps(run.state())), diagram, {})
            at += timedelta(hours=1)
            step = run.waiting()[0]
            if step.due_at is not None:
                run.tick(facts=FACTS, at=max(at, step.due_at))
            else:
                run.complete(step.id, answers={"seal": "X1"}, by="Ada", facts=FACTS, at=at)
    return runs * STEPS / (time.perf_counter() - start)


if __name__ == "__main__":
    main()
