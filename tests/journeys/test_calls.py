"""Somebody calls: found, logged and solved without a mouse."""

from __future__ import annotations

from playwright.sync_api import Route, expect

from tests.journeys.reception import Reception


def test_a_call_is_logged_and_solved_without_a_mouse(reception: Reception) -> None:
    agent = reception.person("agent")
    agent.open("/desk/log")
    page = agent.page

    # The field that asks who it is has the focus; Enter takes the first who is found.
    expect(page.locator("#log-person")).to_be_focused()
    page.keyboard.type("maelle")
    expect(page.get_by_role("radio", name="Maëlle Tessonneau")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#log-title")).to_be_focused()
    expect(page.locator(".log-card")).to_contain_text("Maëlle Tessonneau")
    expect(page.locator(".log-card")).to_contain_text("in Toronto")

    page.keyboard.type("The camera is dark")
    page.keyboard.press("Control+Shift+Enter")
    expect(page.get_by_role("status").filter(has_text="is logged and solved.")).to_be_visible()
    expect(page.locator("#log-person")).to_be_focused()
    expect(page.locator(".log-own")).to_contain_text("Maëlle Tessonneau")


def test_a_template_fills_in_and_an_open_case_takes_the_call(reception: Reception) -> None:
    agent = reception.person("agent")
    agent.open("/desk/log")
    page = agent.page
    page.keyboard.type("maelle")
    expect(page.get_by_role("radio", name="Maëlle Tessonneau")).to_be_visible()
    page.keyboard.press("Enter")
    page.get_by_label("Printer").focus()
    page.keyboard.press("Space")
    expect(page.locator("#log-title")).to_have_value("The printer does not print")
    page.keyboard.press("Control+Enter")
    told = page.get_by_role("status").filter(has_text="is logged. Give the caller this number.")
    expect(told).to_be_visible()
    number = told.inner_text().split()[0]

    # She calls again: her case is there to choose, and takes a note.
    page.keyboard.type(number)
    expect(page.locator("#log-found")).to_contain_text("Maëlle Tessonneau")
    page.keyboard.press("Enter")
    choice = page.locator(f"#about-{number}")
    expect(choice).to_be_visible()
    choice.focus()
    page.keyboard.press("Space")
    page.locator("#log-text").focus()
    page.keyboard.type("It is the one on the second floor.")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("status").filter(has_text=f"added to {number}")).to_be_visible()


def test_what_was_typed_last_is_looked_for_however_slow_the_answers_are(
    reception: Reception,
) -> None:
    agent = reception.person("agent")
    agent.open("/desk/log")
    page = agent.page
    held: list[Route] = []

    def first_is_never_answered(route: Route) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/log/callers*", first_is_never_answered)
    for text in ("luc", "yuki", "greta"):
        with page.expect_request(f"**/log/callers*={text}", timeout=5_000):
            page.locator("#log-person").fill(text)
    expect(page.get_by_role("radio", name="Greta Solbakken")).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")
