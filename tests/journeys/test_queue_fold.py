"""On a phone the views of a queue are folded: from the first moment, and whatever happens."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.journeys.browser import PHONE
from tests.journeys.portal import Portal
from tests.journeys.reception import Reception
from tests.journeys.weight import SHIFTS, STILL, weigh

QUEUE = "/desk/queues/teams"
LATE = 1500  # ms, as on a slow line
LIVE_MS = 20_000  # five polls of an open page


def test_nothing_moves_when_the_script_is_late(reception: Reception) -> None:
    agent = reception.person("agent", width=PHONE)

    def late(route: Route) -> None:
        agent.page.wait_for_timeout(LATE)
        route.continue_()

    agent.page.route("**/js/queue*.js", late)
    agent.page.add_init_script(SHIFTS)
    load = weigh(agent, QUEUE)
    assert load.shift < STILL, f"{load.shift}: {load.shifts}"


def test_they_show_when_the_script_never_comes(reception: Reception) -> None:
    agent = reception.person("agent", width=PHONE)
    agent.page.route("**/js/queue*.js", lambda route: route.abort())
    agent.page.goto(agent.address + QUEUE)
    last = agent.page.locator("#queue-side-fold").get_by_role("link", name="All views")
    expect(last).to_be_hidden()
    expect(last).to_be_visible(timeout=10_000)
    agent.troubles.clear()  # the browser complains of the script that was kept away


def test_they_stay_folded_when_the_queue_is_drawn_anew(reception: Reception) -> None:
    agent = reception.person("agent", width=PHONE)
    agent.page.goto(agent.address + QUEUE)
    views = agent.page.locator("#queue-side-fold")
    expect(views).not_to_have_attribute("open", "")
    number = Portal(reception.person("requester")).report(
        service="laptop",
        title="The lid creaks",
        description="Since the move.",
        urgency="It is an annoyance",
    )
    expect(agent.page.get_by_role("link", name=number)).to_be_visible(timeout=LIVE_MS)
    expect(views).not_to_have_attribute("open", "")
    views.locator("summary").first.click()
    expect(views).to_have_attribute("open", "")
