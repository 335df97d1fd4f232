"""The worker is killed at every step of a running request: nothing is lost and nothing repeated."""

from __future__ import annotations

import http.client
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from email import policy
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.interfaces.cli.product import Product, run, until
from tests.ordered import task
from tests.scale.test_kill import data, read  # noqa: F401 - a fixture
from tests.unit.bpmn.drawing import call, catch, duration, end, flow, start, xml

pytestmark = pytest.mark.scale

PATIENCE_SECONDS = 240.0
OFFERING = "printing-poster"
PAGE = """
offerings:
  - code: printing-poster
    purpose: order
    icon: printer
    text: A poster.
    process: robust
    entitled: [{audience: everybody}]
    translations: {fr: {text: Une affiche.}}
"""
STEPS = ("first_call", "pause", "mail", "prepare", "second_call", "tell")


def diagram(address: str) -> str:
    """Calls, a timer, a mail, a task and a word to the requester, one after the other."""
    return xml(
        start(),
        call("first_call", "call_webhook", url=f"{address}/first"),
        catch("pause", duration("PT3S")),
        call("mail", "send_mail", to="requester", subject="Half way", text="Half of it is done."),
        task("prepare", team="workplace"),
        call("second_call", "call_webhook", url=f"{address}/second"),
        call("tell", "tell_requester", text="Everything is done."),
        end(),
        *(flow(one, other) for one, other in zip(("start", *STEPS), (*STEPS, "end"), strict=True)),
        process="robust",
    )


class Receiver:
    """Another system: it is called, and the caller dies before the first answer arrives."""

    def __init__(self) -> None:
        self.keys: Counter[str] = Counter()
        self.kill: Any = lambda: None
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                key = str(self.headers["Idempotency-Key"])
                receiver.keys[key] += 1
                if receiver.keys[key] == 1:
                    receiver.kill()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b'{"taken": true}')

            def log_message(self, *_words: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def product(data: Path, receiver: Receiver, tmp_path: Path) -> Iterator[Product]:  # noqa: F811
    assert run("demo", "--data", str(data)).returncode == 0
    content = tmp_path / "content"
    for folder, name, text in (
        ("processes", "robust.bpmn", diagram(receiver.address)),
        ("catalogue", "posters.yaml", PAGE),
    ):
        (content / folder).mkdir(parents=True)
        (content / folder / name).write_text(text, encoding="utf-8")
    brought = run("content", "import", str(content), "--publish", "--data", str(data))
    assert brought.returncode == 0, brought.stdout + brought.stderr
    made = Product(data, settings={"TIMSHEL_WEBHOOK_HOSTS": "127.0.0.1"}).wait_until_ready()
    try:
        yield made
    finally:
        made.stop()


def token_of(data: Path, who: str, *permissions: str) -> str:  # noqa: F811
    wanted = [part for each in permissions for part in ("--permission", each)]
    made = run("token", "issue", who, "--data", str(data), "--name", "test", *wanted)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip().splitlines()[-1]


def send(product: Product, token: str, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", product.port, timeout=30)
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": key,
    }
    try:
        connection.request("POST", path, json.dumps(body), headers)
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read() or b"{}")
        assert response.status in (200, 201, 204), (response.status, answer)
        return answer
    finally:
        connection.close()


def kill_worker(product: Product) -> None:
    with suppress(StopIteration, psutil.NoSuchProcess):  # dead already, and not yet back
        product.part("timshel.interfaces.worker").kill()


class Killer:
    """Kills the worker each time that a request stands elsewhere than before."""

    def __init__(self, product: Product, token: str, number: str) -> None:
        self.product, self.token, self.number = product, token, number
        self.seen: list[tuple[str, ...]] = []
        self.done = threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def standing(self) -> dict[str, Any]:
        return read(self.product, self.token, f"/api/v1/requests/{self.number}")

    def _watch(self) -> None:
        while not self.done.wait(0.1):
            steps = self.standing()["run"]["steps"]
            where = tuple(f"{each['element']}:{each['state']}" for each in steps)
            if where not in self.seen:
                self.seen.append(where)
                kill_worker(self.product)

    def has_seen(self, step: str) -> bool:
        return any(step in where for where in self.seen)

    def stop(self) -> None:
        self.done.set()
        self.thread.join()


def test_kill_the_worker_at_every_step(
    product: Product,
    data: Path,  # noqa: F811
    receiver: Receiver,
) -> None:
    receiver.kill = lambda: kill_worker(product)
    requester = token_of(data, "requester", "request.order")
    agent = token_of(data, "agent", "work.view", "work.read_notes", "request.work", "people.view")
    ordered = {"offering": OFFERING, "answers": {}}
    number = send(product, requester, "/api/v1/requests", ordered, "order")["number"]
    killer = Killer(product, requester, number)

    def open_task() -> str | None:
        rows = read(product, agent, "/api/v1/work?kind=task&size=200")["items"]
        found = [row["number"] for row in rows if row["title"] == "Prepare"]
        return found[0] if found else None

    task_number = until(open_task, "the task", PATIENCE_SECONDS)
    until(lambda: killer.has_seen("prepare:waiting"), "a kill at the task", PATIENCE_SECONDS)
    send(product, agent, f"/api/v1/tasks/{task_number}/complete", {}, "complete")
    until(lambda: killer.standing()["stage"] == "resolved", "the end", PATIENCE_SECONDS)
    killer.stop()

    end_of_it = killer.standing()
    steps = end_of_it["run"]["steps"]
    assert Counter(each["element"] for each in steps) == Counter(("start", *STEPS, "end"))
    assert {each["state"] for each in steps} == {"done"}
    assert len(receiver.keys) == 2
    assert all(count >= 2 for count in receiver.keys.values()), "each caller died once"
    told = [each for each in end_of_it["conversation"] if each["text"] == "Everything is done."]
    assert len(told) == 1
    until(lambda: mails(data)["Half way"] == 1, "the mail", PATIENCE_SECONDS)
    assert mails(data)["Half way"] == 1
    assert run("journal", "verify", "--data", str(data)).returncode == 0


def mails(data: Path) -> Counter[str]:  # noqa: F811
    """How many mails left, by their subjects."""
    found: Counter[str] = Counter()
    for path in (data / "mail").glob("*.eml"):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        found[str(mail["Subject"])] += 1
    return found
