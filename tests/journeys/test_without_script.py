"""Everything that a requester and an agent need works where scripts do not run."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.journeys.browser import DESK, PHONE
from tests.journeys.desk import Desk
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception
from timshel.operation.work.states import Stage
from timshel.resolution_fulfilment.incident.states import ResolutionCode


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """What a requester adds to a report."""
    path = tmp_path / "lamp.txt"
    path.write_text("orange\n", encoding="utf-8")
    return path


def test_reporting_following_and_withdrawing(reception: Reception, picture: Path) -> None:
    requester = reception.person("requester", width=PHONE, java_script_enabled=False)
    portal = Portal(requester)
    number = portal.report(
        service="laptop",
        title="The fan never stops",
        description="Even when nothing runs.",
        files=[picture],
    )
    case = portal.case(number)
    case.is_at(Stage.NEW)
    with requester.page.expect_download() as download:
        case.conversation.get_by_role("link", name="lamp.txt").click()
    assert download.value.path().read_text(encoding="utf-8") == "orange\n"

    case.answer("It got louder.", files=[picture])
    case.reads("It got louder.")
    expect(case.conversation.get_by_role("link", name="lamp.txt")).to_have_count(2)

    case.withdraw("A restart helped.")
    case.is_at(Stage.CANCELLED)
    requester.open("/cases?show=finished")
    expect(requester.page.get_by_role("link", name=number)).to_be_visible()


def test_helping(reception: Reception) -> None:
    requester = reception.person("requester", width=DESK, java_script_enabled=False)
    number = Portal(requester).report(
        service="laptop", title="The camera shows nothing", description="Black."
    )
    agent = reception.person("agent", java_script_enabled=False)
    queue = Desk(agent).go_to("My teams")
    record = queue.open("The camera shows nothing")
    record.take()
    record.is_at(Stage.IN_PROGRESS)
    record.note("Check the shutter first.")
    record.reply_and_wait("Is the shutter closed?")
    record.is_at(Stage.WAITING)

    case = Portal(requester).case(number)
    case.reads("Is the shutter closed?")
    case.never_reads("Check the shutter first.")
    case.answer("It was!")

    record.look_again()
    record.resolve(ResolutionCode.INSTRUCTED, "The shutter was closed.")
    record.is_at(Stage.RESOLVED)
