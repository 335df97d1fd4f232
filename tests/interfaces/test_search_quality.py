"""How well the one search finds what people look for: sixty questions and more, with figures.

    pytest tests/interfaces/test_search_quality.py -s

prints recall (of what should be found, how much is among the hits that the page shows) and the mean
position of what was found among the hits of its kind of source.
"""

from __future__ import annotations

import gzip
import itertools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.db import transaction

from tests.demonstration import AT
from tests.interfaces.connectors.servicenow import SHARED_LOG
from timshel.interfaces.connectors.packs import Demonstration
from timshel.interfaces.connectors.servicenow_log.importing import import_log
from timshel.kernel.actor import Actor, Channel, system_actor
from timshel.kernel.search.actions import learn_words
from timshel.kernel.search.sources import Hit, search
from timshel.leadership.authority.models import Account
from timshel.leadership.authority.queries import actor_for
from timshel.operation.work.models import ExternalReference

QUERIES: list[dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("search_queries.yaml").read_text(encoding="utf-8")
)
ROWS = 400
FROM_THE_LOG = "@"

RECALL, POSITION = 0.97, 1.5
"""The floor under the share that is found, and the roof over the mean position."""


@pytest.fixture(scope="module")
def _everything(
    demonstration: Demonstration,
    django_db_blocker: Any,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[None]:
    """Load the beginning of the log beside the demonstration, and undo it afterwards."""
    if not SHARED_LOG.exists():
        pytest.skip(f"needs {SHARED_LOG}")
    path = tmp_path_factory.mktemp("log") / "log.csv"
    with gzip.open(SHARED_LOG, "rt", encoding="utf-8") as log:
        path.write_text("".join(itertools.islice(log, ROWS)), encoding="utf-8")
    with django_db_blocker.unblock(), transaction.atomic():
        import_log(path, actor=system_actor("import", channel=Channel.IMPORT), at=AT)
        learn_words(most=1_000)
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class Answer:
    """Where something that should be found stands among the hits of its source; None: nowhere."""

    text: str
    wanted: str
    position: int | None


def _reader(username: str) -> Actor:
    account = Account.objects.get(username=username)
    return actor_for(person_id=account.person_id, channel=Channel.DESK, origin="test")


def _is(hit: Hit, wanted: dict[str, str]) -> bool:
    if hit.kind != wanted["kind"]:
        return False
    title = wanted.get("title", "")
    if title.startswith(FROM_THE_LOG):
        number = title.removeprefix(FROM_THE_LOG)
        reference = ExternalReference.objects.filter(external_id=number)
        return hit.key in reference.values_list("work_item__number", flat=True)
    return hit.key == wanted["key"] if "key" in wanted else hit.name.startswith(title)


def _answers(query: dict[str, Any]) -> Iterator[Answer]:
    results = search(query["text"], actor=_reader(query["as"]), at=AT)
    for wanted in query["expect"]:
        places = (
            place
            for group in results.groups
            for place, hit in enumerate(group.hits, 1)
            if _is(hit, wanted)
        )
        yield Answer(query["text"], str(wanted), next(places, None))


@pytest.mark.usefixtures("_everything", "db")
def test_what_people_look_for_is_found_near_the_top(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(QUERIES) >= 60
    answers = [answer for query in QUERIES for answer in _answers(query)]
    missed = [answer for answer in answers if answer.position is None]
    places = [answer.position for answer in answers if answer.position is not None]
    recall, position = len(places) / len(answers), sum(places) / len(places)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{len(QUERIES)} queries, {len(answers)} expected hits:"
            f" recall {recall:.3f}, mean position {position:.2f},"
            f" first {places.count(1) / len(answers):.2f}\n"
        )
        for answer in [*missed, *(each for each in answers if (each.position or 0) > 3)]:
            sys.stdout.write(f"  {answer.text!r}: {answer.wanted} at {answer.position}\n")
    assert recall >= RECALL
    assert position <= POSITION


@pytest.mark.usefixtures("_everything", "db")
@pytest.mark.parametrize("query", [each for each in QUERIES if "never" in each], ids=str)
def test_what_may_not_be_found_is_not(query: dict[str, Any]) -> None:
    results = search(query["text"], actor=_reader(query["as"]), at=AT, size=50)
    for forbidden in query["never"]:
        assert not [hit for hit in results.hits if _is(hit, forbidden)]
