"""Diagrams in a browser: every shipped one opens, a process is drawn and tried, nothing is lost."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page, expect

from tests.journeys.browser import PHONE, Visitor, answered
from tests.journeys.reception import Reception

HOUSE = Path(__file__).parents[2]
WEB = HOUSE / "src/timshel/interfaces/web"
DIAGRAMS = (*sorted((HOUSE / "packs").rglob("*.bpmn")), *sorted(WEB.rglob("*.bpmn")))
PROCESSES = "/administration/processes"

OPEN_ALL = """
async ({ library, texts }) => {
  if (!globalThis.BpmnJS) {
    await new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src: library });
      script.addEventListener("load", resolve);
      script.addEventListener("error", reject);
      document.head.append(script);
    });
  }
  const found = {};
  for (const [name, xml] of Object.entries(texts)) {
    const container = document.createElement("div");
    document.body.append(container);
    const viewer = new BpmnJS({ container });
    const { warnings } = await viewer.importXML(xml);
    const registry = viewer.get("elementRegistry");
    const drawn = new Set(registry.getAll().map((each) => each.businessObject?.id));
    const elements = [...xml.matchAll(/<bpmndi:BPMN(?:Shape|Edge)[^>]*?\\sbpmnElement="([^"]+)"/g)];
    const missing = elements.map((each) => each[1]).filter((id) => !drawn.has(id));
    const undrawn = missing.map((id) => `${id} is not drawn`);
    found[name] = [...warnings.map((each) => each.message), ...undrawn];
    viewer.destroy();
    container.remove();
  }
  return found;
}
"""


def ids_that_run(text: str) -> set[str]:
    """The ids of everything in a diagram that must have a place in its picture."""
    kinds = r"\w+Event|\w+Task|\w+Gateway|callActivity|subProcess|sequenceFlow"
    return set(re.findall(rf'<bpmn:(?:{kinds})\b[^>]*?\sid="([^"]+)"', text))


def begun(visitor: Visitor, code: str, begin: str = "approved") -> None:
    """Begin a new process, and wait until its editor stands."""
    visitor.open("/administration/new-process")
    visitor.field("Name").first.fill(f"Trying {code}")
    visitor.page.locator("[name=code]").fill(code)
    visitor.page.locator("[name=begin]").select_option(begin)
    visitor.button("Begin the draft").click()
    ready(visitor.page)


def ready(page: Page) -> Locator:
    """The editor, once it is drawn."""
    editor = page.locator("[data-editor][data-drawn]")
    expect(editor).to_be_visible()
    return editor


def thrown_away(visitor: Visitor, code: str) -> None:
    """Discard the draft of a process, so that the next run finds the house as it was."""
    visitor.open(f"{PROCESSES}/{code}/full/edit")
    ready(visitor.page)
    visitor.page.locator("[popovertarget=discard]").first.click()
    with answered(visitor.page):
        visitor.page.locator("#discard button[type=submit]").click()


def test_every_shipped_diagram_opens_without_a_warning(reception: Reception) -> None:
    designer = reception.person("process")
    designer.open(f"{PROCESSES}/approved")
    picture = designer.page.locator("[data-diagram][data-drawn]")
    expect(picture).to_be_visible()
    texts = {file.name: file.read_text(encoding="utf-8") for file in DIAGRAMS}
    assert len(texts) > 15
    for name, text in texts.items():
        placed = set(re.findall(r'bpmnElement="([^"]+)"', text))
        assert ids_that_run(text) <= placed, name
    given = {"library": picture.get_attribute("data-library"), "texts": texts}
    found: dict[str, Any] = designer.page.evaluate(OPEN_ALL, given)
    assert found == {name: [] for name in texts}


def test_a_picture_is_moved_by_keyboard_and_shows_its_steps(reception: Reception) -> None:
    reader = reception.person("agent")
    reader.open(f"{PROCESSES}/approved")
    page = reader.page
    expect(page.locator("[data-diagram][data-drawn]")).to_be_visible()
    expect(page.locator(".bjs-powered-by")).to_be_visible()
    viewport = page.locator(".djs-container .viewport").first
    picture = page.locator("[data-diagram-picture]")
    before = viewport.get_attribute("transform")
    picture.focus()
    for key in ("+", "ArrowRight"):
        page.keyboard.press(key)
        after = viewport.get_attribute("transform")
        assert after != before
        before = after
    page.keyboard.press("0")
    page.locator("[data-diagram-show]").first.click()
    expect(page.locator(".diagram-step").first).to_be_visible()


def test_a_phone_shows_the_steps_in_words(reception: Reception) -> None:
    reader = reception.person("agent", width=PHONE)
    reader.open(f"{PROCESSES}/approved")
    expect(reader.page.locator("[data-diagram][data-drawn]")).to_be_visible()
    assert reader.page.locator(".diagram-step").count() >= 3
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= PHONE


def test_a_process_is_drawn_by_the_form_alone(reception: Reception) -> None:
    designer = reception.person("process")
    begun(designer, "journey-form")
    page = designer.page
    editor = page.locator("[data-editor]")
    page.locator("[data-elements]").select_option("fulfil")
    form = page.locator("[data-properties]")
    form.locator("[data-property=name]").fill("Pack it")
    form.locator("[data-property='task.assigned']").select_option("team")
    form.locator("[data-property='task.team']").select_option("service-desk")
    form.locator("[data-property='task.target']").fill("4")
    form.locator("[data-do=add-check]").click()
    form.locator("[data-cell=text]").fill("Cable packed")
    form.locator(".process-structure > summary").first.click()
    form.locator("[data-do=append][data-type='bpmn:ServiceTask']").click()
    form.locator("[data-property='call.service']").select_option("tell_requester")
    form.locator("[data-cell=value]").fill("It is on its way.")
    expect(editor).to_have_attribute("data-state", "saved")
    page.reload()
    ready(page)
    page.locator("[data-elements]").select_option("fulfil")
    expect(form.locator("[data-property=name]")).to_have_value("Pack it")
    expect(form.locator("[data-property='task.team']")).to_have_value("service-desk")
    expect(form.locator("[data-property='task.target']")).to_have_value("4")
    expect(form.locator("[data-cell=text]")).to_have_value("Cable packed")
    # The new step leads nowhere yet: the server says so, and the list leads to it.
    expect(editor).not_to_have_attribute("data-errors", "0")
    jump = page.locator("[data-findings-list] button").first
    jump.click()
    expect(page.locator("[data-own-findings] p").first).to_be_visible()
    thrown_away(designer, "journey-form")


def test_a_step_back_takes_back_what_was_typed(reception: Reception) -> None:
    designer = reception.person("process")
    begun(designer, "journey-undo")
    page = designer.page
    page.locator("[data-elements]").select_option("approve")
    name = page.locator("[data-properties] [data-property=name]")
    before = name.input_value()
    name.fill("Something else")
    undo = page.locator("[data-editor-do=undo]")
    expect(undo).to_be_enabled()
    undo.click()
    expect(name).to_have_value(before)
    expect(page.locator("[data-editor]")).to_have_attribute("data-state", "saved")
    thrown_away(designer, "journey-undo")


def test_two_people_draw_and_nothing_is_lost(reception: Reception) -> None:
    designer = reception.person("process")
    begun(designer, "journey-two")
    slow = designer.page
    quick = designer.context.new_page()
    quick.goto(slow.url)
    ready(quick)
    for page, name in ((quick, "Hers"), (slow, "His")):
        page.locator("[data-elements]").select_option("fulfil")
        page.locator("[data-properties] [data-property=name]").fill(name)
    expect(quick.locator("[data-editor]")).to_have_attribute("data-state", "saved")
    conflict = slow.locator("[data-conflict]")
    expect(conflict).to_be_visible()
    expect(slow.locator("[data-properties] [data-property=name]")).to_have_value("His")
    slow.locator("[data-editor-do=overwrite]").click()
    expect(slow.locator("[data-editor]")).to_have_attribute("data-state", "saved")
    expect(conflict).to_be_hidden()
    quick.reload()
    ready(quick)
    quick.locator("[data-elements]").select_option("fulfil")
    expect(quick.locator("[data-properties] [data-property=name]")).to_have_value("His")
    quick.close()
    # A refused save is answered with 409, which the browser notes.
    designer.troubles = [each for each in designer.troubles if "409" not in each]
    thrown_away(designer, "journey-two")


def test_a_file_comes_in_and_goes_out(reception: Reception) -> None:
    designer = reception.person("process")
    begun(designer, "journey-file", "simple")
    page = designer.page
    other = next(file for file in DIAGRAMS if file.name == "process_approved.bpmn")
    payload: FilePayload = {
        "name": "other.bpmn",
        "mimeType": "application/xml",
        "buffer": other.read_bytes(),
    }
    page.locator("[data-import]").set_input_files(files=[payload])
    expect(page.locator("[data-editor-do=undo-import]")).to_be_visible()
    expect(page.locator("[data-editor]")).to_have_attribute("data-state", "saved")
    with page.expect_download() as download:
        page.locator(".process-files [data-editor-do=export]").click()
    assert download.value.suggested_filename == "journey-file.bpmn"
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert re.search(r'<bpmn:process id="journey-file"', text)
    assert 'by="line_manager"' in text
    wrong: FilePayload = {"name": "x.bpmn", "mimeType": "application/xml", "buffer": b"no"}
    page.locator("[data-import]").set_input_files(files=[wrong])
    expect(page.locator("[data-editor]")).to_have_attribute("data-state", "failed")
    assert page.locator("[data-elements] option").count() > 5
    thrown_away(designer, "journey-file")


def test_the_palette_holds_only_what_runs(reception: Reception) -> None:
    designer = reception.person("process")
    begun(designer, "journey-cut")
    page = designer.page
    actions = page.locator(".djs-palette .entry").evaluate_all(
        "entries => entries.map((each) => each.dataset.action)"
    )
    assert "create.data-store" not in actions
    assert "create.approval" in actions
    page.locator("[data-element-id=fulfil] .djs-hit").first.click()
    page.locator(".djs-context-pad [data-action=replace]").click()
    offered = page.locator(".djs-popup .entry").evaluate_all(
        "entries => entries.map((each) => each.dataset.id)"
    )
    assert set(offered) == {
        "replace-with-service-task",
        "replace-with-call-activity",
        "replace-with-expanded-subprocess",
    }
    page.keyboard.press("Escape")
    thrown_away(designer, "journey-cut")


def test_a_trial_is_played_to_its_end(reception: Reception) -> None:
    designer = reception.person("process")
    begun(designer, "journey-trial")
    page = designer.page
    designer.open(f"{PROCESSES}/journey-trial/full/trial")
    designer.button("Begin the trial").click()
    for words in ("Approved", "Done"):
        with answered(page):
            page.locator(".process-waiting button", has_text=designer.words(words)).first.click()
    expect(page.locator("#standing .notice-success")).to_be_visible()
    expect(page.locator("[data-diagram][data-drawn]")).to_be_visible()
    expect(page.locator(".djs-shape.diagram-done[data-element-id=approve]")).to_be_attached()
    expect(page.locator(".djs-connection.diagram-taken")).to_have_count(4)
    designer.open(f"{PROCESSES}/journey-trial/full/trial?explore=1")
    expect(page.locator(".process-ways > li")).to_have_count(2)
    thrown_away(designer, "journey-trial")
