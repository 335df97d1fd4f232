"""Prometheus Alertmanager itself, as it runs elsewhere, telling us of alerts over the network."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.alerts import CODE, incidents, made_source, rule, with_rules
from tests.cast import Cast
from tests.incidents import row as work
from timshel.kernel.journal.models import Entry
from timshel.resolution_fulfilment.alert.actions import grouping, receiving, settle_due
from timshel.resolution_fulfilment.alert.models import Alert, AlertGroup, AlertSource

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("prometheus-alertmanager", "alertmanager")
PATIENCE = 180.0
CONFIGURATION = """
route:
  receiver: timshel
  group_by: [{group_by}]
  group_wait: 1s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: timshel
    webhook_configs:
      - url: {address}/api/v1/alerts/{code}
        send_resolved: true
        max_alerts: 0
        http_config:
          authorization:
            type: Bearer
            credentials: {token}
"""


def alertmanager() -> str:
    """Return the program; without one the tests are skipped, and fail where they must run."""
    found = next(filter(None, map(shutil.which, NAMES)), "")
    if found:
        return found
    missing = f"These tests need Alertmanager: install one of {', '.join(NAMES)}."
    if os.environ.get("CI", "").lower() in {"true", "1", "yes"}:
        pytest.fail(missing, pytrace=False)
    pytest.skip(missing)


class Monitoring:
    """A running Alertmanager.

    Args:
        folder: of its own.
        configuration: what it is told.
    """

    def __init__(self, folder: Path, configuration: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = int(probe.getsockname()[1])
        file = folder / "alertmanager.yml"
        file.write_text(configuration)
        self._log = (folder / "log").open("wb")
        self._process = subprocess.Popen(
            [
                alertmanager(),
                f"--config.file={file}",
                f"--storage.path={folder / 'storage'}",
                f"--web.listen-address=127.0.0.1:{self._port}",
                "--cluster.listen-address=",
            ],
            stdout=self._log,
            stderr=self._log,
        )
        wait_for(self._is_ready)

    def fire(self, *labels: dict[str, str], summary: str = "It hurts", over: bool = False) -> None:
        """Tell it of alerts through its own interface, or that they are over."""
        now = datetime.now(UTC)
        said: list[dict[str, Any]] = []
        for each in labels:
            alert: dict[str, Any] = {"labels": each, "annotations": {"summary": summary}}
            if over:
                alert["endsAt"] = (now - timedelta(seconds=1)).isoformat()
            said.append(alert)
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._port}/api/v2/alerts",
            data=json.dumps(said).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=30).close()

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(20)
        self._log.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self._port}/-/ready", timeout=2
            ) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def wait_for(is_so: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, "it never came to be so"
        time.sleep(0.1)


def firing() -> int:
    return Alert.objects.filter(state="firing").count()


def settled() -> None:
    settle_due(at=datetime.now(UTC))


@pytest.fixture
def start(
    cast: Cast, live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Monitoring]]:
    """Starts Alertmanager, told to group by some labels."""
    alertmanager()
    # Nobody wants to wait for what a storm would gather.
    monkeypatch.setattr(grouping, "GATHER", timedelta(0))
    running: list[Monitoring] = []
    token = made_source(cast)

    def starting(group_by: str) -> Monitoring:
        told = CONFIGURATION.format(
            group_by=group_by, address=live_server.url, code=CODE, token=token
        )
        running.append(Monitoring(tmp_path, told))
        return running[-1]

    yield starting
    for each in running:
        each.stop()


def test_it_fires_groups_clears_and_comes_back(
    cast: Cast, start: Callable[[str], Monitoring]
) -> None:
    with_rules(rule("Mail", "service = mail"))
    monitoring = start("alertname")
    disks = [
        {"alertname": "DiskFull", "instance": f"srv{each}", "service": "mail", "severity": "page"}
        for each in range(5)
    ]
    monitoring.fire(*disks, summary="The disk is full")
    wait_for(lambda: firing() == 5)
    settled()
    (number,) = incidents()
    item = work(number)
    assert (item.title, item.channel, item.stage) == ("The disk is full", "monitoring", "new")
    assert item.service_id == cast.services["mail"]
    row = Alert.objects.earliest("pk")
    assert (row.severity, len(row.fingerprint)) == (1, 16)
    monitoring.fire(*disks[:4], over=True)
    wait_for(lambda: firing() == 1)
    settled()
    assert work(number).stage == "new"
    monitoring.fire(disks[4], over=True)
    wait_for(lambda: firing() == 0)
    settled()
    assert work(number).stage == "resolved"
    assert Entry.objects.get(verb="incident.resolved").actor_name == "Prometheus: Mail"
    assert Alert.objects.filter(title="The disk is full").count() == 5
    monitoring.fire(disks[0])
    wait_for(lambda: firing() == 1)
    settled()
    assert incidents() == [number]
    assert work(number).stage == "in_progress"
    assert AlertGroup.objects.get().title == "The disk is full"


def test_a_storm_of_groups_is_one_incident(cast: Cast, start: Callable[[str], Monitoring]) -> None:
    with_rules(rule("Mail"))
    monitoring = start("alertname, instance")
    many = [{"alertname": f"A{each}", "instance": f"srv{each}"} for each in range(150)]
    monitoring.fire(*many)
    wait_for(lambda: firing() == 150)
    assert AlertGroup.objects.count() == 150
    settled()
    settled()
    (number,) = incidents()
    assert work(number).title == "150 alerts at once from Prometheus"


def test_what_it_sends_while_we_refuse_it_comes_again(
    cast: Cast, start: Callable[[str], Monitoring]
) -> None:
    """A fault of ours is answered so that it tries again; nothing is lost."""
    with_rules(rule("Mail"))
    faults = [True]
    honest = receiving.take

    def broken(*given: Any, **more: Any) -> Any:
        if faults[0]:
            raise OSError("the disk is full")
        return honest(*given, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(receiving, "take", broken)
        monitoring = start("alertname")
        monitoring.fire({"alertname": "DiskFull"})
        time.sleep(3)
        assert firing() == 0
        faults[0] = False
        wait_for(lambda: firing() == 1)
    assert AlertSource.objects.count() == 1
