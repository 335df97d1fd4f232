"""Web server, worker and database are killed while reports come in: none is lost or doubled."""

from __future__ import annotations

import http.client
import json
import shutil
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest

from tests.interfaces.cli.product import Product, run, until

pytestmark = pytest.mark.scale

REPORTS = 500
CLIENTS = 8
# How many accepted reports it takes until the next part dies.
KILLS = ((100, "web_process"), (200, "timshel.interfaces.worker"), (300, "postgres"))
PATIENCE_SECONDS = 120.0
REPORTER = "requester"


class Reporters:
    """Eight clients that repeat a report under its key until it is accepted."""

    def __init__(self, product: Product, token: str) -> None:
        self.product = product
        self.token = token
        self.accepted: dict[int, str] = {}
        self._lock = threading.Lock()

    def report(self, index: int) -> None:
        until(lambda: self._try(index), f"report {index} accepted", PATIENCE_SECONDS)

    def _try(self, index: int) -> bool:
        body = json.dumps({"title": f"Report {index}", "description": "The lift stands still."})
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"report-{index}",
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.product.port, timeout=15)
        try:
            connection.request("POST", "/api/v1/incidents", body, headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()
        if response.status == 201:
            with self._lock:
                self.accepted[index] = answer["number"]
        else:
            assert response.status >= 500, (response.status, answer)
        return response.status == 201


@pytest.fixture
def data() -> Iterator[Path]:
    """A folder that the database's user can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix="timshel-kill-"))
    folder.chmod(0o711)
    try:
        yield folder / "data"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def product(data: Path) -> Iterator[Product]:
    assert run("demo", "--data", str(data)).returncode == 0
    # One token reports and reads more in a minute than one may.
    unlimited = {"TIMSHEL_API_REQUESTS_PER_MINUTE": "0"}
    product = Product(data, settings=unlimited).wait_until_ready()
    try:
        yield product
    finally:
        product.stop()


def token_of(data: Path) -> str:
    made = run(
        "token", "issue", REPORTER, "--data", str(data), "--name", "reports",
        "--permission", "incident.report",
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().splitlines()[-1]


def kill_in_turn(product: Product, reporters: Reporters, done: threading.Event) -> None:
    for after, part in KILLS:
        while len(reporters.accepted) < after and not done.wait(0.01):
            pass
        product.part(part).kill()


def test_kill_every_part_while_reports_come_in(product: Product, data: Path) -> None:
    reporters = Reporters(product, token_of(data))
    done = threading.Event()
    killer = threading.Thread(target=kill_in_turn, args=(product, reporters, done))
    killer.start()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(reporters.report, range(REPORTS)))
    done.set()
    killer.join()

    numbers = set(reporters.accepted.values())
    assert len(numbers) == REPORTS
    found = stored(product, reporters.token)
    assert Counter(found.values()) == Counter(f"Report {index}" for index in range(REPORTS))
    assert {number: found[number] for number in numbers} == {
        number: f"Report {index}" for index, number in reporters.accepted.items()
    }
    with ThreadPoolExecutor(CLIENTS) as clients:
        kinds = clients.map(lambda number: clocks_of(product, reporters.token, number), numbers)
        assert all(found == {"respond", "resolve"} for found in kinds)
    until(lambda: acknowledged(data) >= numbers, "each report acknowledged", PATIENCE_SECONDS)
    assert all(count == 1 for count in acknowledgements(data).values())
    assert run("journal", "verify", "--data", str(data)).returncode == 0


def stored(product: Product, token: str) -> dict[str, str]:
    """The titles of the reports that the product holds, by their numbers."""
    found: dict[str, str] = {}
    path: str | None = "/api/v1/incidents?size=200&sort=opened"
    while path:
        answer = read(product, token, path)
        found |= {item["number"]: item["title"] for item in answer["items"]}
        following = answer["links"]["next"]
        path = following and "/api" + following.split("/api", 1)[1]
    return {number: title for number, title in found.items() if title.startswith("Report ")}


def read(product: Product, token: str, path: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Authorization": f"Bearer {token}"})
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        assert response.status == 200, answer
        return answer
    finally:
        connection.close()


def clocks_of(product: Product, token: str, number: str) -> set[str]:
    return {each["kind"] for each in read(product, token, f"/api/v1/incidents/{number}")["clocks"]}


def acknowledgements(data: Path) -> Counter[str]:
    """How many acknowledgements were sent for each report of this test."""
    counted: Counter[str] = Counter()
    for path in (data / "mail").glob("*.eml"):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        subject = str(mail["Subject"])
        if "Report " in subject:
            counted[subject.split("INC")[1][:7]] += 1
    return counted


def acknowledged(data: Path) -> set[str]:
    return {f"INC{digits}" for digits in acknowledgements(data)}
