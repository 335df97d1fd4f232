// The form builder: while a part is written, what people will see and what is wrong follow. Without
// this they follow with each button.

const AFTER = 500;
const FRESH = ["builder-preview", "builder-faults"];
const form = document.querySelector("form[data-builder]");

class Builder {
  constructor() {
    this.timer = 0;
    this.turn = 0;
    form.addEventListener("input", () => this.soon());
    form.addEventListener("change", (event) => {
      if (event.target.matches("[data-builder-again]")) form.requestSubmit();
    });
    document.addEventListener("click", (event) => this.insert(event));
    this.offerNames();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.look(), AFTER);
  }

  // Ask how it looks with what was typed, and whether that is right; nothing is kept by asking.
  async look() {
    const turn = ++this.turn;
    const given = new FormData(form);
    given.set("do", "try");
    try {
      const response = await fetch(location.href, { method: "POST", body: given, credentials: "same-origin" });
      if (response.status >= 500 || response.redirected) return;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (turn !== this.turn) return;
      for (const id of FRESH) {
        const fresh = page.getElementById(id);
        const shown = document.getElementById(id);
        if (fresh && shown) {
          await htmx.swap({ text: fresh.outerHTML, target: shown, sourceElement: shown, swap: "outerMorph" });
        }
      }
      this.say(page);
    } catch {
      // Away from the server: the buttons will tell.
    }
  }

  // What is wrong is said at each input, without touching what is typed there.
  say(page) {
    for (const control of form.querySelectorAll("[id^='part-']:is(input, select, textarea)")) {
      const fresh = page.getElementById(control.id);
      if (!fresh) continue;
      for (const name of ["aria-invalid", "aria-describedby"]) {
        if (fresh.hasAttribute(name)) control.setAttribute(name, fresh.getAttribute(name));
        else control.removeAttribute(name);
      }
      control.classList.toggle("is-invalid", fresh.classList.contains("is-invalid"));
      const field = control.closest(".field");
      for (const old of field.querySelectorAll(".field-error, .builder-warning")) old.remove();
      const said = fresh.closest(".field").querySelectorAll(".field-error, .builder-warning");
      field.append(...[...said].map((each) => document.importNode(each, true)));
    }
  }

  // The names that a condition can speak of are put into it by a click.
  offerNames() {
    for (const code of form.querySelectorAll("code[data-builder-insert]")) {
      const button = document.createElement("button");
      button.type = "button";
      button.dataset.builderInsert = code.dataset.builderInsert;
      button.textContent = code.textContent;
      code.replaceWith(button);
    }
  }

  insert(event) {
    const button = event.target.closest("button[data-builder-insert]");
    if (!button) return;
    const area = document.getElementById(button.dataset.builderInsert);
    const joined = area.value.trim() ? `${area.value.trim()} && ${button.textContent}` : button.textContent;
    area.value = joined;
    area.focus();
    this.soon();
  }
}

if (form) new Builder();
