// The editor of a process: bpmn-js with tools cut to what runs, a form for the selected element,
// a draft that is saved as it is drawn, and what the server finds wrong with it. Whatever happens
// to a save, what was drawn stays on the screen and can be taken along as a file.

import { COLOURS, library, text, View } from "./diagram.js";
import { Properties } from "./diagram-properties.js";
import { tools } from "./diagram-tools.js";
import { descriptor } from "./diagram-vocabulary.js";

const SAVE_PAUSE = 1200; // milliseconds without a change before the draft is saved
const RETRY = 8000;

class Editor {
  constructor(section) {
    this.section = section;
    this.words = JSON.parse(section.dataset.words);
    this.revision = Number(section.dataset.revision);
    this.frame = section.querySelector("[data-canvas]");
    this.findings = [];
    this.dirty = false;
    this.held = false; // after a conflict or refusal nothing is saved until the person decides
    this.saving = null;
  }

  async begin() {
    const [Modeler, xml] = await Promise.all([library(this.section.dataset.library), text(this.section.dataset.address)]);
    this.modeler = new Modeler({
      container: this.frame,
      bpmnRenderer: COLOURS,
      moddleExtensions: { timshel: descriptor },
      additionalModules: [tools(this.words)],
    });
    this.view = new View(this.modeler.get("canvas"), this.frame);
    this.properties = new Properties(this.modeler, this.section.querySelector("[data-properties]"), this.words);
    this.listen();
    await this.open(xml);
    this.showFindings(JSON.parse(this.section.dataset.findings));
    this.say(this.words.loaded);
    this.section.dataset.drawn = "";
  }

  async open(xml) {
    const { warnings } = await this.modeler.importXML(xml);
    this.section.dataset.warnings = warnings.length;
    for (const warning of warnings) console.error(`Diagram: ${warning.message}`);
    this.arrive();
    this.listElements();
  }

  // The whole picture, beside the palette and not below it.
  whole() {
    this.view.fit();
    const canvas = this.modeler.get("canvas");
    const palette = this.frame.querySelector(".djs-palette")?.getBoundingClientRect();
    const { inner, scale, x } = canvas.viewbox();
    const covered = (palette ? palette.right - this.frame.getBoundingClientRect().left : 0) + 20 - (inner.x - x) * scale;
    if (covered <= 0) return;
    const room = this.frame.clientWidth - inner.width * scale;
    if (room < covered + 20) this.view.zoom((this.frame.clientWidth - covered - 40) / this.frame.clientWidth);
    const now = canvas.viewbox();
    canvas.scroll({ dx: covered + (inner.x - x) * scale - (now.inner.x - now.x) * now.scale, dy: 0 });
  }

  // A large diagram opens at its start, at a size at which it can be read.
  arrive() {
    this.whole();
    const canvas = this.modeler.get("canvas");
    const start = this.modeler.get("elementRegistry").find((each) => each.type === "bpmn:StartEvent");
    if (!start || this.view.scale >= 0.55) return;
    canvas.zoom(0.7);
    this.view.show(start);
    canvas.scroll({ dx: 190 - this.frame.clientWidth / 2, dy: 0 });
  }

  listen() {
    const events = this.modeler.get("eventBus");
    events.on("commandStack.changed", () => this.changed());
    events.on("selection.changed", ({ newSelection }) => this.markChosen(newSelection));
    this.section.addEventListener("click", (event) => this.clicked(event));
    this.section.querySelector("[data-elements]").addEventListener("change", (event) => this.choose(event.target.value));
    this.section.querySelector("[data-import]").addEventListener("change", (event) => this.importFile(event.target));
    this.section.addEventListener("properties:shown", () => this.showOwnFindings());
    this.properties.form.addEventListener("input", () => this.mark("editing"));
    addEventListener("keydown", (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s") {
        event.preventDefault();
        this.save({ now: true });
      }
    });
    addEventListener("beforeunload", (event) => {
      this.properties.settle();
      if (this.dirty) event.preventDefault();
    });
    new ResizeObserver(() => this.modeler.get("canvas").resized()).observe(this.frame);
  }

  clicked(event) {
    const button = event.target.closest("[data-editor-do]");
    const deeds = {
      undo: () => this.modeler.get("commandStack").undo(),
      redo: () => this.modeler.get("commandStack").redo(),
      closer: () => this.view.zoom(1.25),
      further: () => this.view.zoom(0.8),
      whole: () => this.whole(),
      save: () => this.save({ now: true }),
      export: () => this.exportFile(),
      overwrite: () => this.overwrite(),
      "undo-import": () => this.undoImport(),
    };
    if (button) deeds[button.dataset.editorDo]?.();
    const wanted = event.target.closest("[data-finding]");
    if (wanted) this.choose(wanted.dataset.finding);
  }

  // ── What is selected ──────────────────────────────────────────────────────────────────

  listElements() {
    const select = this.section.querySelector("[data-elements]");
    const registry = this.modeler.get("elementRegistry");
    const root = this.modeler.get("canvas").getRootElement();
    const found = registry
      .filter((each) => !each.labelTarget && each !== root && !each.businessObject.$instanceOf("bpmn:DataObjectReference"))
      .toSorted((one, other) => Boolean(one.waypoints) - Boolean(other.waypoints) || one.x - other.x || one.y - other.y);
    const [first] = select.options;
    select.replaceChildren(first, ...found.map((each) => new Option(this.label(each), each.id)));
    select.value = this.properties.element?.id ?? "";
  }

  label(element) {
    const made = element.businessObject;
    const kind = this.words[`kind ${made.$type}`] ?? made.$type.replace("bpmn:", "");
    const ends = element.waypoints && [element.source, element.target].map((each) => each.businessObject.name || each.id).join(" → ");
    const name = made.name || made.text || ends;
    return name ? `${name} (${kind})` : `${kind} ${made.id}`;
  }

  choose(id) {
    const element = this.modeler.get("elementRegistry").get(id);
    this.modeler.get("selection").select(element ?? []);
    if (element) this.view.show(element);
  }

  markChosen(selection) {
    this.section.querySelector("[data-elements]").value = selection.length === 1 ? (selection[0].labelTarget ?? selection[0]).id : "";
  }

  // ── Saving ────────────────────────────────────────────────────────────────────────────

  changed() {
    this.dirty = true;
    this.listElements();
    const stack = this.modeler.get("commandStack");
    this.button("undo").disabled = !stack.canUndo();
    this.button("redo").disabled = !stack.canRedo();
    this.mark("editing");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_PAUSE);
  }

  button(name) {
    return this.section.querySelector(`[data-editor-do="${name}"]`);
  }

  async xml() {
    const { xml } = await this.modeler.saveXML({ format: true });
    return xml;
  }

  async save({ now = false } = {}) {
    this.properties.settle();
    clearTimeout(this.timer);
    if (this.saving) {
      await this.saving;
      if (!this.dirty) return;
    }
    if (this.held && !now) return this.check();
    if (!this.dirty && !now) return;
    this.saving = this.send();
    await this.saving;
    this.saving = null;
  }

  async send() {
    const xml = await this.xml();
    this.dirty = false;
    this.mark("saving", this.words.saving);
    let answer;
    try {
      answer = await this.post(this.section.dataset.save, { xml, seen_revision: this.revision });
    } catch {
      this.dirty = true;
      this.mark("failed", this.words.unreachable);
      this.timer = setTimeout(() => this.save(), RETRY);
      return;
    }
    this.taken(answer);
  }

  taken({ status, body }) {
    if (status === 200) {
      this.held = false;
      this.revision = body.revision;
      this.section.querySelector("[data-conflict]").hidden = true;
      this.section.dataset.saved = body.revision;
      for (const each of this.section.querySelectorAll("[data-once-saved]")) each.hidden = false;
      if (!this.dirty) this.mark("saved", body.saved);
      this.showFindings(body.findings);
      return;
    }
    this.dirty = true;
    this.held = true;
    if (status === 409) {
      this.section.querySelector("[data-conflict]").hidden = false;
      this.section.querySelector("[data-conflict-words]").textContent = body.message;
      this.theirs = body.revision;
    }
    this.mark("failed", body.message ?? this.words.unreachable);
  }

  async post(address, body) {
    const token = this.section.querySelector("[name=csrfmiddlewaretoken]").value;
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token },
      body: JSON.stringify(body),
    });
    const isJson = response.headers.get("Content-Type")?.startsWith("application/json");
    if (response.redirected || !isJson) return { status: 401, body: { message: this.words["signed out"] } };
    return { status: response.status, body: await response.json() };
  }

  overwrite() {
    this.revision = this.theirs;
    this.held = false;
    this.save({ now: true });
  }

  // While nothing may be saved, what is wrong is still told.
  async check() {
    try {
      const { status, body } = await this.post(this.section.dataset.check, { xml: await this.xml() });
      if (status === 200) this.showFindings(body.findings);
    } catch {
      // The next change asks again.
    }
  }

  mark(state, words = "") {
    this.section.dataset.state = state;
    const line = this.section.querySelector("[data-state-words]");
    line.textContent = words || this.words[state] || "";
  }

  say(words) {
    this.section.querySelector("[data-state-words]").textContent = words;
  }

  // ── Files ─────────────────────────────────────────────────────────────────────────────

  async exportFile() {
    this.properties.settle();
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([await this.xml()], { type: "application/xml" }));
    link.download = this.section.dataset.file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  async importFile(input) {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    const before = await this.xml();
    try {
      await this.open(await file.text());
      this.identify();
    } catch (error) {
      await this.open(before);
      this.mark("failed", this.words["not a diagram"].replace("{reason}", error.message));
      return;
    }
    this.before = before;
    this.button("undo-import").hidden = false;
    this.changed();
  }

  // A diagram that comes from elsewhere becomes a diagram of this process.
  identify() {
    const { process } = this.properties.root;
    const { code, variant } = this.section.dataset;
    const root = this.modeler.get("canvas").getRootElement();
    const wanted = { variant: variant === "light" ? "light" : undefined, isExecutable: true };
    if (process.id !== code) wanted.id = code;
    if (root.businessObject === process) this.modeler.get("modeling").updateProperties(root, wanted);
    else Object.assign(process, wanted);
  }

  async undoImport() {
    await this.open(this.before);
    this.button("undo-import").hidden = true;
    this.changed();
  }

  // ── What is wrong ─────────────────────────────────────────────────────────────────────

  showFindings(findings) {
    this.findings = findings;
    const list = this.section.querySelector("[data-findings-list]");
    const template = this.section.querySelector("[data-finding-template]");
    list.replaceChildren(
      ...findings.map((finding) => {
        const entry = template.content.firstElementChild.cloneNode(true);
        entry.classList.add(finding.is_error ? "process-finding-error" : "process-finding-hint");
        entry.querySelector(finding.is_error ? "[data-hint]" : "[data-error]").remove();
        entry.querySelector("[data-sentence]").textContent = finding.sentence;
        const jump = entry.querySelector("button");
        if (this.modeler.get("elementRegistry").get(finding.element)) jump.dataset.finding = finding.element;
        else jump.remove();
        return entry;
      }),
    );
    const errors = findings.filter((each) => each.is_error).length;
    this.section.querySelector("[data-findings-none]").hidden = findings.length > 0;
    this.section.querySelector("[data-findings-count]").textContent = errors ? String(errors) : "";
    this.section.dataset.errors = errors;
    this.drawBadges();
    this.showOwnFindings();
  }

  drawBadges() {
    const overlays = this.modeler.get("overlays");
    const registry = this.modeler.get("elementRegistry");
    overlays.remove({ type: "finding" });
    const worst = new Map();
    for (const each of this.findings) if (!worst.get(each.element)?.is_error) worst.set(each.element, each);
    for (const [id, finding] of worst) {
      const element = registry.get(id);
      if (!element || element === this.modeler.get("canvas").getRootElement()) continue;
      const badge = document.createElement("span");
      badge.className = `process-badge process-badge-${finding.is_error ? "error" : "hint"}`;
      badge.textContent = finding.is_error ? "!" : "?";
      badge.title = finding.sentence;
      const middle = element.waypoints?.[Math.floor(element.waypoints.length / 2)];
      const position = middle ? { top: 0, left: 0 } : { top: -10, right: 10 };
      overlays.add(id, "finding", { position, html: badge });
    }
  }

  showOwnFindings() {
    const place = this.section.querySelector("[data-own-findings]");
    if (!place || !this.properties.made) return;
    const own = this.findings.filter((each) => each.element === this.properties.made.id);
    place.replaceChildren(
      ...own.map((each) => {
        const line = document.createElement("p");
        line.className = each.is_error ? "process-own-error" : "process-own-hint";
        line.textContent = each.sentence;
        return line;
      }),
    );
  }
}

for (const section of document.querySelectorAll("[data-editor]")) {
  const editor = new Editor(section);
  editor.begin().catch((error) => {
    console.error(error);
    section.dataset.failed = "";
    section.querySelector("[data-editor-failed]").hidden = false;
  });
}
