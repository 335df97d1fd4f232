"""How fast a storm of alerts is taken, made into one incident, and cleared again.

    python bench/alert_storm.py [--alerts 10000] [--batch 100] [--http] [--lines 4]
                                [--data DIRECTORY]

The organisation of the tests, on a database of its own that is thrown away. Every alert is a group
of its own, which is the worst that can come: they are told in deliveries of the size asked for, as
Alertmanager sends them, through the action behind the door; then the sweep runs, and all of them
clear. With ``--http`` they come to the real web server by the token of the source, over so many
connections at once, while the real worker runs.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--alerts", type=int, default=10_000)
    parser.add_argument("--batch", type=int, default=100, help="alerts in one delivery")
    parser.add_argument("--http", action="store_true", help="to the web server, with the worker")
    parser.add_argument("--lines", type=int, default=4, help="connections at once, by HTTP")
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
        if given.http:
            _measure_http(given.alerts, given.batch, given.lines)
        else:
            _measure(given.alerts, given.batch)
    finally:
        database.stop(patience=10)
        if given.data is None:
            shutil.rmtree(folder, ignore_errors=True)


def _ready() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    sys.path.insert(0, str(Path(__file__).parents[1]))
    call_command("migrate", verbosity=0)


def _measure(count: int, batch: int) -> None:
    _ready()
    from tests.alerts import delivery, fired, made_source, rule, with_rules
    from tests.cast import build_cast
    from timshel.operation.work.models import Comment
    from timshel.resolution_fulfilment.alert.actions import settle_due
    from timshel.resolution_fulfilment.alert.models import AlertGroup
    from timshel.support.communication.models import OutgoingMessage

    made_source(build_cast())
    with_rules(rule("Everything is mail", group_by=("alertname",)))
    began = datetime.now(UTC)

    def bodies(until: datetime | None = None) -> list[bytes]:
        said = [fired(f"A{each}", since=began, until=until) for each in range(count)]
        return [delivery(said[at : at + batch]) for at in range(0, count, batch)]

    _tell("fired", bodies(), count, at=began)
    _tell("repeated", bodies(), count, at=began + timedelta(seconds=20))
    _timed("made into incidents", lambda: settle_due(at=began + timedelta(seconds=30)))
    incidents = AlertGroup.objects.filter(incident__isnull=False)
    print(f"  {incidents.count()} incident: {incidents.get().incident}")
    over = began + timedelta(minutes=5)
    _tell("cleared", bodies(over), count, at=over)
    _timed("incident ended", lambda: settle_due(at=over + timedelta(seconds=10)))
    stage = incidents.get().incident.work_item.stage  # type: ignore[union-attr]
    mails, notes = OutgoingMessage.objects.count(), Comment.objects.count()
    print(f"  it is {stage}; {mails} mails, {notes} notes")


def _measure_http(count: int, batch: int, lines: int) -> None:
    _ready()
    from tests.alerts import delivery, fired, made_source, rule, with_rules
    from tests.cast import build_cast
    from timshel.resolution_fulfilment.incident.models import Incident
    from timshel.support.communication.models import OutgoingMessage
    from timshel.support.notification.models import Notice

    secret = made_source(build_cast())
    with_rules(rule("Everything is mail", group_by=("alertname",)))
    mails = OutgoingMessage.objects.count()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    web = [sys.executable, "-m", "timshel.interfaces.cli.web_process", "--port", str(port)]
    worker = [sys.executable, "-m", "timshel.interfaces.worker"]
    running = [subprocess.Popen(each) for each in (web, worker)]
    try:
        _wait_for_door(port)
        began = datetime.now(UTC)
        said = [fired(f"A{each}", since=began) for each in range(count)]
        bodies = [delivery(said[at : at + batch]) for at in range(0, count, batch)]
        start = time.perf_counter()
        watcher = ThreadPoolExecutor(1).submit(_seconds_until_incident, start)
        took = _posted(bodies, secret, port=port, lines=lines)
        spent = time.perf_counter() - start
        print(
            f"{count:,} fired in {len(bodies):,} requests over {lines} connections: {spent:.1f} s,"
            f" {len(bodies) / spent:,.0f} requests/s, {count / spent:,.0f} alerts/s; a request"
            f" {statistics.median(took) * 1_000:.0f} ms (median), {max(took) * 1_000:.0f} ms"
            " (slowest)"
        )
        stands = watcher.result()
        time.sleep(max(0.0, start + spent + 60 - time.perf_counter()))  # whatever else comes of it
        print(f"the incident stands {stands:.1f} s after the first request")
        written = OutgoingMessage.objects.count() - mails
        notices = Notice.objects.count()
        print(f"then: {Incident.objects.count()} incident, {written} mails, {notices} notices")
        for name, each in zip(("web server", "worker"), running, strict=True):
            print(f"  memory of the {name}: at most {_most_memory(each.pid)}")
    finally:
        for each in running:
            each.terminate()
        for each in running:
            each.wait(timeout=30)


def _seconds_until_incident(start: float) -> float:
    """Return how long after a start there is an incident, in seconds."""
    from django.db import connection

    from timshel.resolution_fulfilment.incident.models import Incident

    while not Incident.objects.exists() and time.perf_counter() - start < 300:
        time.sleep(0.1)
    connection.close()
    return time.perf_counter() - start


def _wait_for_door(port: int) -> None:
    for _second in range(120):
        with contextlib.suppress(OSError):
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            line.request("GET", "/healthz")
            line.getresponse().read()
            return
        time.sleep(0.5)
    raise SystemExit("The web server does not answer.")


def _posted(bodies: list[bytes], secret: str, *, port: int, lines: int) -> list[float]:
    """Post all bodies over some connections; return how long each took, in seconds."""

    def post(own: list[bytes]) -> list[float]:
        line, took = http.client.HTTPConnection("127.0.0.1", port, timeout=60), []
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json"}
        for body in own:
            start = time.perf_counter()
            line.request("POST", "/api/v1/alerts/prometheus", body=body, headers=headers)
            answer = line.getresponse()
            said = answer.read()
            if answer.status != 202:
                raise SystemExit(f"{answer.status}: {said[:300]!r}")
            took.append(time.perf_counter() - start)
        return took

    with ThreadPoolExecutor(lines) as pool:
        return [
            each
            for part in pool.map(post, (bodies[at::lines] for at in range(lines)))
            for each in part
        ]


def _most_memory(pid: int) -> str:
    """Return the most memory that a process and its children held, added up."""
    pids = [pid]
    with contextlib.suppress(OSError):
        pids += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    most = 0
    for each in pids:
        found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{each}/status").read_text())
        most += int(found[1]) if found else 0
    return f"{most / 1024:.0f} MiB in {len(pids)} processes"


def _tell(what: str, bodies: list[bytes], count: int, *, at: datetime) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from tests.cast import SYSTEM
    from timshel.resolution_fulfilment.alert.actions import receive_alerts

    took = []
    for body in bodies:
        start = time.perf_counter()
        receive_alerts("prometheus", body=body, actor=SYSTEM, at=at)
        took.append(time.perf_counter() - start)
    with CaptureQueriesContext(connection) as seen:
        receive_alerts("prometheus", body=bodies[0], actor=SYSTEM, at=at)
    slowest, median = max(took) * 1_000, statistics.median(took) * 1_000
    print(
        f"{count:,} {what} in {len(bodies)} deliveries: {sum(took):.1f} s,"
        f" {count / sum(took):,.0f} alerts/s; a delivery {median:.0f} ms (median),"
        f" {slowest:.0f} ms (slowest); {len(seen)} queries for one again"
    )


def _timed(what: str, do: Callable[[], Any]) -> None:
    start = time.perf_counter()
    looked_at = do()
    print(f"{what}: {time.perf_counter() - start:.2f} s, {looked_at} groups looked at")


if __name__ == "__main__":
    main()
