// A form that is being filled in: what was typed is saved as it is typed, also while offline, and
// an answer that other questions depend on lets the server say at once what is asked now. Every
// form works without this.

const SAVE_AFTER = 1200;
const FIND_AFTER = 450;
const TRY_AGAIN = 15000;
const PLACE = "timshel:answers:";
const CONTROL = "answering";

class Answering {
  constructor(form) {
    this.form = form;
    this.typed = 0; // how often something was typed: an answer that comes too late is not shown
    this.saveTimer = 0;
    this.findTimer = 0;
    form.addEventListener("input", (event) => this.onInput(event));
    form.addEventListener("change", (event) => this.onChange(event));
    form.addEventListener("click", (event) => this.onClick(event));
    form.addEventListener("submit", (event) => this.onSubmit(event));
    addEventListener("online", () => this.sendKept());
    addEventListener("pagehide", () => this.leave());
    this.sendKept();
  }

  get step() {
    return this.form.querySelector("[data-answering-step]");
  }

  get saveUrl() {
    return this.step?.dataset.saveUrl ?? "";
  }

  onInput(event) {
    if (!this.step?.contains(event.target) || event.target.type === "file") return;
    this.typed += 1;
    if (event.target.matches("[data-answering-find]")) {
      clearTimeout(this.findTimer);
      const length = event.target.value.trim().length;
      if (length !== 1) this.findTimer = setTimeout(() => this.ask("find"), FIND_AFTER);
    }
    this.saveSoon();
  }

  onChange(event) {
    const target = event.target;
    if (!this.step?.contains(target)) return;
    const decides = target.closest("[data-answering-watch]") || target.matches("[data-answering-ask]");
    if (target.type === "file" && target.files.length === 0) return;
    if (decides || target.type === "file") this.ask("again");
  }

  onClick(event) {
    const button = event.target.closest(`button[name="${CONTROL}"]`);
    if (!button || !this.step?.contains(button)) return;
    event.preventDefault();
    this.ask(button.value, button);
  }

  onSubmit(event) {
    clearTimeout(this.saveTimer);
    this.saveTimer = 0;
    if (!this.saveUrl) return;
    if (navigator.onLine === false) {
      event.preventDefault();
      this.keep();
      this.note("offline");
    } else {
      localStorage.removeItem(PLACE + this.saveUrl);
    }
  }

  // Let the server show the step anew, and take what it shows.
  async ask(deed, button = null) {
    const before = this.typed;
    const given = new FormData(this.form);
    given.set(CONTROL, deed);
    try {
      const address = this.form.getAttribute("action") || location.href;
      const response = await fetch(address, { method: "POST", body: given, credentials: "same-origin" });
      if (response.status >= 500 || response.redirected) throw new Error(`answered ${response.status}`);
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.getElementById(this.step.id);
      if (!fresh) throw new Error("the step is not there");
      // Somebody typed on: what they see must not jump back. They are asked for again instead.
      if (before !== this.typed) {
        if (deed === "again" || deed === "find") this.ask(deed);
        else this.form.requestSubmit(button);
        return;
      }
      await this.swap(fresh, deed);
      this.saveSoon();
    } catch {
      if (button && navigator.onLine !== false) this.submitBy(button);
      else this.saveSoon();
    }
  }

  async swap(fresh, deed) {
    const step = this.step;
    const rows = step.querySelectorAll(".answering-row").length;
    await htmx.swap({ text: fresh.outerHTML, target: step, sourceElement: step, swap: "outerMorph" });
    // The server has the chosen files now, and shows them: they are not to be sent once more.
    for (const input of this.step.querySelectorAll("input[type=file]")) input.value = "";
    const [verb, key] = deed.split(":");
    if (verb === "add") {
      const list = this.step.querySelector(`button[value="add:${key}"]`)?.closest("fieldset");
      list?.querySelector(".answering-row:last-child :is(input:not([type=hidden]), select)")?.focus();
    } else if (verb === "remove" && this.step.querySelectorAll(".answering-row").length <= rows) {
      this.step.querySelector(`button[value="add:${key}"]`)?.focus();
    }
  }

  // The button did not get its answer by script: let the browser send the form as it does itself.
  submitBy(button) {
    const hidden = document.createElement("input");
    hidden.type = "hidden";
    hidden.name = CONTROL;
    hidden.value = button.value;
    this.form.append(hidden);
    this.form.submit();
  }

  saveSoon() {
    if (!this.saveUrl) return;
    clearTimeout(this.saveTimer);
    this.saveTimer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  entries() {
    const given = [...new FormData(this.form)];
    return given.filter(([name, value]) => typeof value === "string" && name !== CONTROL);
  }

  body(entries) {
    const body = new FormData();
    for (const [name, value] of entries) {
      if (name !== "csrfmiddlewaretoken") body.append(name, value);
    }
    const token = this.form.querySelector('input[name="csrfmiddlewaretoken"]');
    if (token) body.append("csrfmiddlewaretoken", token.value);
    body.append(CONTROL, "save");
    return body;
  }

  async save() {
    this.saveTimer = 0;
    const before = this.typed;
    this.note("saving");
    if (await this.send(this.entries())) {
      localStorage.removeItem(PLACE + this.saveUrl);
      if (before === this.typed) this.note("saved");
    } else {
      this.keep();
      this.note("offline");
      setTimeout(() => this.sendKept(), TRY_AGAIN);
    }
  }

  async send(entries) {
    try {
      const response = await fetch(this.saveUrl, { method: "POST", body: this.body(entries), credentials: "same-origin" });
      return response.ok && !response.redirected;
    } catch {
      return false;
    }
  }

  keep() {
    try {
      localStorage.setItem(PLACE + this.saveUrl, JSON.stringify(this.entries()));
    } catch {
      // A device without room for it: what was typed is still on the page.
    }
  }

  // What could not be sent earlier is sent now, and the page shows what the server has then.
  async sendKept() {
    if (!this.saveUrl) return;
    const kept = localStorage.getItem(PLACE + this.saveUrl);
    if (!kept) return;
    const before = this.typed;
    if (!(await this.send(JSON.parse(kept)))) {
      this.note("offline");
      setTimeout(() => this.sendKept(), TRY_AGAIN);
      return;
    }
    localStorage.removeItem(PLACE + this.saveUrl);
    this.note("saved");
    if (before !== this.typed) return;
    const response = await fetch(location.href, { credentials: "same-origin" });
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = page.getElementById(this.step.id);
    if (fresh && before === this.typed) await this.swap(fresh, "");
  }

  leave() {
    if (!this.saveTimer || !this.saveUrl) return;
    clearTimeout(this.saveTimer);
    this.saveTimer = 0;
    navigator.sendBeacon(this.saveUrl, this.body(this.entries()));
  }

  note(state) {
    const place = this.form.querySelector("[data-answering-note]");
    if (!place || !this.step) return;
    const time = new Intl.DateTimeFormat(document.documentElement.lang, { timeStyle: "short" }).format(new Date());
    place.dataset.state = state;
    place.textContent = this.step.dataset[state].replace("{time}", time);
  }
}

for (const form of document.querySelectorAll("form[data-answering]")) new Answering(form);
