"""The queue log of Asterisk becomes calls: read whole, read again, read as it grows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.calls import NUMBER, line
from tests.cast import SYSTEM, Cast, later
from timshel.interfaces.connectors.asterisk_queue import events_of, read_log, read_on
from timshel.interfaces.connectors.asterisk_queue.lines import LineError
from timshel.kernel.errors import NotAllowed
from timshel.operation.call.models import Call, CallEvent
from timshel.operation.call.queries import call_list
from timshel.operation.call.queries.calls import CallFilters

START = 1_772_445_600  # 2026-03-02 10:00 UTC
LOG = f"""\
{START - 9000}|NONE|NONE|NONE|QUEUESTART|
{START - 60}|NONE|desk|SIP/4711|ADDMEMBER|
{START}|1772445600.1|desk|NONE|ENTERQUEUE||+441632960018|1
{START + 4}|1772445600.1|desk|SIP/9|RINGNOANSWER|4000
{START + 8}|1772445600.1|desk|SIP/jonas.okereke|CONNECT|8|1772445604.2|3
{START + 128}|1772445600.1|desk|SIP/jonas.okereke|COMPLETECALLER|8|120|1
{START + 10}|1772445610.3|desk|NONE|ENTERQUEUE||anonymous|1
{START + 50}|1772445610.3|desk|NONE|ABANDON|1|1|40
{START + 60}|1772445660.4|desk|NONE|ENTERQUEUE||01632960019|1
{START + 70}|1772445660.4|desk|Agent/mirela.dobrescu|CONNECT|10|1772445661.5|2
{START + 90}|1772445660.4|desk|Agent/mirela.dobrescu|BLINDTRANSFER|600|default|10|20|1
{START + 95}|1772445695.6|desk|NONE|ENTERQUEUE||4712|1
{START + 125}|1772445695.6|desk|NONE|EXITWITHTIMEOUT|1|1|30
"""


@pytest.fixture
def desk(cast: Cast) -> Cast:
    line()
    return cast


def test_a_log_becomes_calls(desk: Cast) -> None:
    taken = read_log(LOG.splitlines(), actor=SYSTEM, at=later(60))
    assert (taken.lines, taken.new, taken.known, taken.passed) == (13, 11, 0, 0)
    calls = call_list(CallFilters(), actor=desk.agent).items
    assert [(call.stage, call.agent, call.number) for call in calls] == [
        ("abandoned", "", "4712"),
        ("ended", desk.second_agent.name, "01632960019"),
        ("abandoned", "", "anonymous"),
        ("ended", desk.agent.name, NUMBER),
    ]
    assert calls[3].waited == timedelta(seconds=8)
    assert calls[3].talked == timedelta(seconds=120)
    assert calls[1].transfers == 1
    assert calls[3].queued_at == datetime.fromtimestamp(START, UTC)


def test_reading_again_in_another_order_changes_nothing(desk: Cast) -> None:
    read_log(LOG.splitlines(), actor=SYSTEM, at=later(60))
    before = list(Call.objects.order_by("pk").values()), CallEvent.objects.count()
    taken = read_log(reversed(LOG.splitlines()), actor=SYSTEM, at=later(61))
    assert (taken.new, taken.known) == (0, 11)
    assert (list(Call.objects.order_by("pk").values()), CallEvent.objects.count()) == before


def test_a_log_read_backwards_gives_the_same_calls(desk: Cast) -> None:
    read_log(reversed(LOG.splitlines()), actor=SYSTEM, at=later(60))
    first = call_list(CallFilters(), actor=desk.agent).items[3]
    assert (first.stage, first.agent, first.number) == ("ended", desk.agent.name, NUMBER)


def test_what_is_no_line_is_passed_over(desk: Cast) -> None:
    odd = ["", "nonsense", "x|y|z|a|ENTERQUEUE|", "1e999|c|q|a|ENTERQUEUE|", "1|c|q|a|UNKNOWN|"]
    taken = read_log(odd, actor=SYSTEM, at=later(60))
    assert (taken.lines, taken.new, taken.passed) == (5, 0, 3)
    with pytest.raises(LineError):
        events_of("nonsense")


def test_who_may_not_tell_of_calls_does_not(desk: Cast) -> None:
    with pytest.raises(NotAllowed):
        read_log(LOG.splitlines(), actor=desk.agent, at=later(60))
    assert not Call.objects.exists()


def test_a_log_is_followed_as_it_grows_and_is_rotated(desk: Cast, tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    lines = LOG.splitlines(keepends=True)
    path.write_text("".join(lines[:3]) + lines[3][:10])
    rest = "".join(lines[3:6])[10:]

    def appended() -> bool:
        with path.open("a") as log:
            log.write(rest)
        return True

    def rotated() -> bool:
        path.rename(tmp_path / "queue_log.1")
        path.write_text("".join(lines[6:8]))
        return True

    steps: Iterator[bool] = (do() for do in (appended, rotated, lambda: False))
    taken = list(read_on(path, actor=SYSTEM, now=lambda: later(60), wait=lambda: next(steps)))
    assert [(each.lines, each.new) for each in taken] == [(3, 1), (3, 2), (2, 2)]
    stages = sorted(call.stage for call in call_list(CallFilters(), actor=desk.agent).items)
    assert stages == ["abandoned", "ended"]


def test_a_log_that_is_not_there_yet_is_waited_for(desk: Cast, tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    steps = iter([True, False])

    def wait() -> bool:
        path.write_text(LOG)
        return next(steps)

    taken = list(read_on(path, actor=SYSTEM, now=lambda: later(60), wait=wait))
    assert [each.new for each in taken] == [11]
