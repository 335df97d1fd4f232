// The form beside the editor: what the selected element is called, and what it does. Its parts
// stand in the page as templates, in the reader's language; this module fills them from the
// diagram and writes what is typed back as one step that can be undone.

const PAUSE = 350; // milliseconds after the last key before what was typed counts
const IDENTIFIER = /^[A-Za-z_][A-Za-z0-9_]*$/;

const is = (element, type) => element?.businessObject?.$instanceOf?.(type) ?? false;
const definition = (made, type) => (made.eventDefinitions ?? []).find((each) => each.$instanceOf(type));

// Which parts of the form an element has, in their order.
function parts(element) {
  if (element.labelTarget) return parts(element.labelTarget);
  if (is(element, "bpmn:TextAnnotation")) return ["note"];
  if (is(element, "bpmn:Process") || is(element, "bpmn:Collaboration")) return ["process", "words"];
  const found = ["words"];
  if (is(element, "bpmn:UserTask")) found.push("people");
  if (is(element, "bpmn:ServiceTask")) found.push("call");
  if (is(element, "bpmn:CallActivity")) found.push("called");
  if (is(element, "bpmn:SequenceFlow") && chooses(element)) found.push("condition");
  if (is(element, "bpmn:BoundaryEvent")) found.push("boundary");
  for (const [type, part] of [
    ["bpmn:TimerEventDefinition", "timer"],
    ["bpmn:MessageEventDefinition", "message"],
    ["bpmn:ErrorEventDefinition", "error"],
  ]) {
    if (definition(element.businessObject, type)) found.push(part);
  }
  if (is(element, "bpmn:FlowNode") && !is(element, "bpmn:EndEvent")) found.push("structure");
  found.push("element");
  return found;
}

function chooses(flow) {
  return is(flow.source, "bpmn:ExclusiveGateway") || is(flow.source, "bpmn:InclusiveGateway");
}

export class Properties {
  constructor(modeler, form, words) {
    this.modeler = modeler;
    this.form = form;
    this.words = words;
    this.element = null;
    this.timer = null;
    const events = modeler.get("eventBus");
    events.on("selection.changed", ({ newSelection }) => this.choose(newSelection));
    events.on("commandStack.changed", () => this.refresh());
    // Between two diagrams there is nothing that the form could be about.
    events.on("import.parse.start", () => {
      this.ready = false;
      this.element = null;
    });
    events.on("import.done", ({ error }) => {
      this.ready = !error;
      this.choose([]);
    });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", (event) => {
      this.write();
      if (event.target.dataset.property === "call.service") this.fillCall();
    });
    form.addEventListener("click", (event) => this.clicked(event));
  }

  get root() {
    const root = this.modeler.get("canvas").getRootElement();
    const process = (this.modeler.getDefinitions()?.rootElements ?? []).find((each) => each.$instanceOf("bpmn:Process"));
    return { element: root, process };
  }

  // What the form is about: the selected element, or the process where none or several are.
  choose(selection) {
    if (!this.ready) return;
    this.settle();
    const chosen = selection.length === 1 ? selection[0] : null;
    this.element = chosen?.labelTarget ?? chosen;
    this.render();
  }

  get subject() {
    return this.element ?? this.root.element;
  }

  get made() {
    return this.element ? this.element.businessObject : this.root.process;
  }

  // Write what was typed but not yet taken over, as before saving.
  settle() {
    if (this.timer) this.write();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.write(), PAUSE);
  }

  refresh() {
    if (this.writing || !this.ready) return;
    if (this.element && !this.modeler.get("elementRegistry").get(this.element.id)) this.element = null;
    this.render();
  }

  // ── Filling the form ──────────────────────────────────────────────────────────────────

  render() {
    if (!this.made) return;
    const focused = document.activeElement?.closest("[data-property]")?.dataset.property;
    const within = this.form.contains(document.activeElement);
    this.form.replaceChildren();
    for (const part of parts(this.subject)) {
      const template = document.querySelector(`template[data-part="${part}"]`);
      if (template) this.form.append(template.content.cloneNode(true));
    }
    this.fill();
    this.reveal();
    if (within && focused) this.control(focused)?.focus();
    this.form.dispatchEvent(new CustomEvent("properties:shown", { bubbles: true, detail: { id: this.made.id } }));
  }

  control(name) {
    return this.form.querySelector(`[data-property="${name}"]`);
  }

  fill() {
    const values = this.values();
    for (const control of this.form.querySelectorAll("[data-property]")) {
      const value = values[control.dataset.property] ?? "";
      if (control.type === "checkbox") control.checked = Boolean(value);
      else if (control.type === "radio") control.checked = control.value === value;
      else this.assign(control, String(value));
    }
    const kind = this.form.querySelector("[data-kind]");
    if (kind) kind.textContent = this.words[`kind ${this.made.$type}`] ?? "";
    this.fillRows();
    this.fillTargets();
  }

  // A select keeps what the diagram says, also when the server does not know it.
  assign(control, value) {
    if (control instanceof HTMLSelectElement && ![...control.options].some((each) => each.value === value)) {
      control.append(new Option(value, value));
    }
    control.value = value;
  }

  values() {
    const made = this.made;
    const values = {
      id: made.id,
      name: made.name ?? "",
      note: made.text ?? "",
      documentation: made.documentation?.[0]?.text ?? "",
      variant: made.variant ?? "full",
      condition: made.conditionExpression?.body ?? "",
      default: made.sourceRef?.default === made,
      called: made.calledElement ?? "",
      interrupting: made.cancelActivity !== false,
    };
    for (const each of this.extensions("timshel:Text")) {
      values[`name.${each.language}`] = each.name ?? "";
      values[`documentation.${each.language}`] = each.documentation ?? "";
    }
    Object.assign(values, this.peopleValues(), this.eventValues(), this.callValues());
    return values;
  }

  peopleValues() {
    const [approval] = this.extensions("timshel:Approval");
    const [task] = this.extensions("timshel:Task");
    const values = { people: approval ? "approval" : "task" };
    const assigned = task?.team ? "team" : task?.function ? "function" : "";
    Object.assign(values, { "task.assigned": assigned, "task.level": 1, "task.unit": "hours", "task.tells": true });
    Object.assign(values, { "approval.by": "line_manager", "approval.needed": "1" });
    for (const [prefix, source] of [["task", task], ["approval", approval]]) {
      const names = ["team", "function", "level", "form", "target", "unit", "outcomes", "tells"];
      const others = ["by", "role", "person", "needed", "remind", "expires", "on_expiry"];
      for (const name of prefix === "task" ? names : others) {
        const value = source?.get(name);
        if (value !== undefined && value !== null) values[`${prefix}.${name}`] = value;
      }
    }
    return values;
  }

  eventValues() {
    const made = this.made;
    const timer = definition(made, "bpmn:TimerEventDefinition");
    return {
      "timer.kind": timer?.timeDate ? "date" : "duration",
      "timer.text": (timer?.timeDate ?? timer?.timeDuration)?.body ?? "",
      message: definition(made, "bpmn:MessageEventDefinition")?.messageRef?.name ?? "",
      error: definition(made, "bpmn:ErrorEventDefinition")?.errorRef?.errorCode ?? "",
    };
  }

  callValues() {
    const [call] = this.extensions("timshel:Call");
    return { "call.service": call?.service ?? "" };
  }

  extensions(type) {
    return (this.made.extensionElements?.values ?? []).filter((each) => each.$instanceOf?.(type));
  }

  fillRows() {
    const checks = this.form.querySelector('[data-rows="checks"]');
    if (checks) {
      const [task] = this.extensions("timshel:Task");
      for (const check of task?.checks ?? []) this.addCheck(checks, check);
    }
    this.fillCall();
  }

  addCheck(list, check) {
    const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
    row.querySelector('[data-cell="text"]').value = check?.text ?? "";
    for (const cell of row.querySelectorAll("[data-language]")) {
      cell.value = check?.texts?.find((each) => each.language === cell.dataset.language)?.name ?? "";
    }
    list.append(row);
    return row;
  }

  // The values of the chosen service; those of the diagram that it does not know stay visible.
  fillCall() {
    const list = this.form.querySelector('[data-rows="values"]');
    if (!list) return;
    const service = this.control("call.service");
    const wanted = (service.selectedOptions[0]?.dataset.takes ?? "").split(" ").filter(Boolean);
    const [call] = this.extensions("timshel:Call");
    const known = new Map((call?.values ?? []).map((each) => [each.name, each]));
    for (const row of list.querySelectorAll(":scope > :not(template)")) row.remove();
    for (const name of new Set([...wanted.map((each) => each.replace("?", "")), ...known.keys()])) {
      const value = known.get(name);
      const row = list.querySelector("template").content.firstElementChild.cloneNode(true);
      row.dataset.name = name;
      row.querySelector("[data-value-name]").textContent = this.words[`value ${name}`] ?? name;
      const optional = row.querySelector("[data-value-optional]");
      if (optional) optional.hidden = !wanted.includes(`${name}?`);
      row.querySelector('[data-cell="kind"]').value = value?.expression ? "expression" : "text";
      row.querySelector('[data-cell="value"]').value = value?.expression || value?.text || "";
      for (const label of row.querySelectorAll("label")) this.tie(label);
      list.append(row);
    }
  }

  tie(label) {
    const control = label.parentElement.querySelector("textarea, input, select");
    if (!control) return;
    this.count = (this.count ?? 0) + 1;
    control.id = `value-${this.count}`;
    label.htmlFor = control.id;
  }

  // Where a flow may lead, for whoever connects by keyboard.
  fillTargets() {
    const select = this.form.querySelector("[data-targets]");
    if (!select) return;
    this.form.querySelector("[data-attaches]").hidden = !is(this.element, "bpmn:Activity");
    const registry = this.modeler.get("elementRegistry");
    const found = registry.filter(
      (each) => !each.labelTarget && each !== this.element && is(each, "bpmn:FlowNode") && !is(each, "bpmn:StartEvent") && !is(each, "bpmn:BoundaryEvent") && each.parent === this.element.parent,
    );
    for (const each of found) select.append(new Option(this.label(each.businessObject), each.id));
  }

  label(made) {
    const kind = this.words[`kind ${made.$type}`] ?? "";
    return made.name ? made.name : `${kind} ${made.id}`.trim();
  }

  // Parts that depend on a choice: data-if="name=value value".
  reveal() {
    for (const part of this.form.querySelectorAll("[data-if]")) {
      const [name, values] = part.dataset.if.split("=");
      part.hidden = !values.split(" ").includes(this.read(name));
    }
  }

  // ── Writing back ──────────────────────────────────────────────────────────────────────

  read(name) {
    const controls = [...this.form.querySelectorAll(`[data-property="${name}"]`)];
    if (controls[0]?.type === "radio") return controls.find((each) => each.checked)?.value ?? "";
    if (controls[0]?.type === "checkbox") return controls[0].checked;
    return controls[0]?.value.trim() ?? "";
  }

  has(name) {
    return this.control(name) !== null;
  }

  write() {
    clearTimeout(this.timer);
    this.timer = null;
    if (!this.ready || !this.made) return;
    this.reveal();
    this.writing = true;
    try {
      this.writeAll();
    } finally {
      this.writing = false;
    }
  }

  writeAll() {
    const before = this.values();
    if (this.has("name") && this.read("name") !== before.name) this.update({ name: this.read("name") || undefined });
    if (this.has("note") && this.read("note") !== before.note) this.update({ text: this.read("note") });
    if (this.has("id")) this.writeId(before.id);
    if (this.has("documentation")) this.writeDocumentation(before.documentation);
    if (this.has("called") && this.read("called") !== before.called) this.update({ calledElement: this.read("called") || undefined });
    if (this.has("interrupting") && this.read("interrupting") !== before.interrupting) {
      this.update({ cancelActivity: this.read("interrupting") });
    }
    if (this.has("condition")) this.writeCondition(before);
    if (this.has("timer.text")) this.writeTimer(before);
    if (this.has("message")) this.writeReference("message", "bpmn:Message", "name", before.message);
    if (this.has("error")) this.writeReference("error", "bpmn:Error", "errorCode", before.error);
    this.writeExtensions();
  }

  update(properties) {
    const modeling = this.modeler.get("modeling");
    if (this.element) modeling.updateProperties(this.element, properties);
    else modeling.updateModdleProperties(this.root.element, this.made, properties);
  }

  create(type, properties, parent) {
    const made = this.modeler.get("bpmnFactory").create(type, properties);
    made.$parent = parent;
    return made;
  }

  writeId(before) {
    const wanted = this.read("id");
    const control = this.control("id");
    const taken = wanted !== before && this.modeler.get("elementRegistry").get(wanted);
    const sound = IDENTIFIER.test(wanted) && !taken;
    control.setAttribute("aria-invalid", String(!sound));
    control.classList.toggle("is-invalid", !sound);
    if (sound && wanted !== before && this.element) this.update({ id: wanted });
  }

  writeDocumentation(before) {
    const written = this.read("documentation");
    if (written === before.trim()) return;
    this.update({ documentation: written ? [this.create("bpmn:Documentation", { text: written }, this.made)] : [] });
  }

  writeCondition(before) {
    const written = this.read("condition");
    if (written !== before.condition.trim()) {
      const expression = written ? this.create("bpmn:FormalExpression", { body: written }, this.made) : undefined;
      this.update({ conditionExpression: expression });
    }
    const isDefault = this.read("default");
    if (isDefault !== before.default) {
      const modeling = this.modeler.get("modeling");
      modeling.updateProperties(this.element.source, { default: isDefault ? this.made : undefined });
    }
  }

  writeTimer(before) {
    const [kind, written] = [this.read("timer.kind"), this.read("timer.text")];
    if (kind === before["timer.kind"] && written === before["timer.text"].trim()) return;
    const timer = definition(this.made, "bpmn:TimerEventDefinition");
    const expression = written ? this.create("bpmn:FormalExpression", { body: written }, timer) : undefined;
    this.modeler.get("modeling").updateModdleProperties(this.element, timer, {
      timeDuration: kind === "duration" ? expression : undefined,
      timeDate: kind === "date" ? expression : undefined,
      timeCycle: undefined,
    });
  }

  // Messages and errors are declared once in the file and referred to.
  writeReference(name, type, attribute, before) {
    const written = this.read(name);
    if (written === before) return;
    const definitions = this.modeler.getDefinitions();
    const modeling = this.modeler.get("modeling");
    let declared = definitions.rootElements.find((each) => each.$instanceOf(type) && each[attribute] === written);
    if (written && !declared) {
      const properties = type === "bpmn:Error" ? { name: written, errorCode: written } : { name: written };
      declared = this.create(type, properties, definitions);
      modeling.updateModdleProperties(this.element, definitions, { rootElements: [...definitions.rootElements, declared] });
    }
    const [kind, reference] = type === "bpmn:Error" ? ["bpmn:ErrorEventDefinition", "errorRef"] : ["bpmn:MessageEventDefinition", "messageRef"];
    modeling.updateModdleProperties(this.element, definition(this.made, kind), { [reference]: written ? declared : undefined });
  }

  writeExtensions() {
    const before = this.made.extensionElements?.values ?? [];
    const written = [];
    if (this.has("people")) written.push(this.read("people") === "approval" ? this.approval() : this.task());
    if (this.has("call.service")) written.push(this.call());
    const owned = ["timshel:Text", ...(this.has("people") ? ["timshel:Task", "timshel:Approval"] : []), ...(this.has("call.service") ? ["timshel:Call"] : [])];
    const kept = before.filter((each) => !owned.some((type) => each.$instanceOf?.(type)));
    if (!this.form.querySelector("[data-texts]")) kept.push(...this.extensions("timshel:Text"));
    else written.push(...this.texts());
    const values = [...kept, ...written.filter(Boolean)];
    if (said(values) === said(before)) return;
    const extensions = values.length ? this.create("bpmn:ExtensionElements", { values }, this.made) : undefined;
    for (const each of values) each.$parent = extensions;
    if (this.element) this.update({ extensionElements: extensions });
    else this.modeler.get("modeling").updateModdleProperties(this.root.element, this.made, { extensionElements: extensions });
  }

  texts() {
    const languages = [...this.form.querySelectorAll("[data-texts] [data-language]")].map((each) => each.dataset.language);
    return [...new Set(languages)]
      .map((language) => {
        const [name, documentation] = [this.read(`name.${language}`), this.read(`documentation.${language}`)];
        if (!name && !documentation) return null;
        return this.create("timshel:Text", filled({ language, name, documentation }));
      })
      .filter(Boolean);
  }

  task() {
    const assigned = this.read("task.assigned");
    const level = Number(this.read("task.level")) || 1;
    const target = Number(this.read("task.target"));
    const checks = this.checks();
    const properties = filled({
      team: assigned === "team" ? this.read("task.team") : "",
      function: assigned === "function" ? this.read("task.function") : "",
      form: this.read("task.form"),
      outcomes: this.read("task.outcomes").split(/[\s,;]+/).filter(Boolean).join(","),
    });
    if (properties.function) properties.level = level;
    if (target > 0) Object.assign(properties, { target, unit: this.read("task.unit") });
    if (!this.read("task.tells")) properties.tells = false;
    if (checks.length) properties.checks = checks;
    if (!Object.keys(properties).length) return null;
    const task = this.create("timshel:Task", properties);
    for (const check of checks) check.$parent = task;
    return task;
  }

  checks() {
    return [...this.form.querySelectorAll('[data-rows="checks"] > :not(template)')]
      .map((row) => {
        const text = row.querySelector('[data-cell="text"]').value.trim();
        if (!text) return null;
        const texts = [...row.querySelectorAll("[data-language]")]
          .filter((cell) => cell.value.trim())
          .map((cell) => this.create("timshel:Text", { language: cell.dataset.language, name: cell.value.trim() }));
        const check = this.create("timshel:Check", texts.length ? { text, texts } : { text });
        for (const each of texts) each.$parent = check;
        return check;
      })
      .filter(Boolean);
  }

  approval() {
    const by = this.read("approval.by");
    return this.create(
      "timshel:Approval",
      filled({
        by,
        role: by === "role" ? this.read("approval.role") : "",
        person: by === "person" ? this.read("approval.person") : "",
        needed: this.read("approval.needed"),
        remind: this.read("approval.remind"),
        expires: this.read("approval.expires"),
        on_expiry: this.read("approval.expires") ? this.read("approval.on_expiry") : "",
      }),
    );
  }

  call() {
    const service = this.read("call.service");
    if (!service) return null;
    const values = [...this.form.querySelectorAll('[data-rows="values"] > :not(template)')]
      .map((row) => {
        const written = row.querySelector('[data-cell="value"]').value.trim();
        const kind = row.querySelector('[data-cell="kind"]').value;
        return written ? this.create("timshel:Value", { name: row.dataset.name, [kind]: written }) : null;
      })
      .filter(Boolean);
    const call = this.create("timshel:Call", values.length ? { service, values } : { service });
    for (const each of values) each.$parent = call;
    return call;
  }

  // ── Buttons of the form ───────────────────────────────────────────────────────────────

  clicked(event) {
    const button = event.target.closest("button[data-do]");
    if (!button) return;
    const deed = button.dataset.do;
    if (deed === "add-check") {
      this.addCheck(this.form.querySelector('[data-rows="checks"]')).querySelector("input").focus();
    } else if (deed === "drop-row") {
      button.closest("[data-row]").remove();
      this.write();
    } else if (deed === "append") {
      this.append(button.dataset);
    } else if (deed === "attach") {
      this.attach(button.dataset.definition);
    } else if (deed === "connect") {
      this.connect();
    } else if (deed === "remove") {
      this.remove();
    }
  }

  append({ type, definition: eventDefinitionType }) {
    const factory = this.modeler.get("elementFactory");
    const task = type === "approval" ? this.approvalShape(factory) : factory.createShape({ type, eventDefinitionType });
    this.select(this.modeler.get("autoPlace").append(this.element, task));
  }

  approvalShape(factory) {
    const made = this.create("bpmn:UserTask", {});
    const approval = this.create("timshel:Approval", { by: "line_manager", needed: "1" });
    made.extensionElements = this.create("bpmn:ExtensionElements", { values: [approval] }, made);
    approval.$parent = made.extensionElements;
    return factory.createShape({ type: "bpmn:UserTask", businessObject: made });
  }

  // An event on the edge of an activity, below its right corner.
  attach(eventDefinitionType) {
    const host = this.element;
    const shape = this.modeler.get("elementFactory").createShape({ type: "bpmn:BoundaryEvent", eventDefinitionType });
    const place = { x: host.x + host.width - 20 - 30 * host.attachers.length, y: host.y + host.height };
    this.select(this.modeler.get("modeling").createShape(shape, place, host, { attach: true }));
  }

  connect() {
    const target = this.modeler.get("elementRegistry").get(this.form.querySelector("[data-targets]").value);
    const allowed = target && this.modeler.get("rules").allowed("connection.create", { source: this.element, target });
    if (allowed) this.select(this.modeler.get("modeling").connect(this.element, target, allowed));
  }

  remove() {
    const gone = this.element;
    this.element = null;
    this.modeler.get("modeling").removeElements([gone]);
    this.select(null);
  }

  select(element) {
    this.modeler.get("selection").select(element ?? []);
    if (element) this.form.querySelector("input, select, textarea")?.focus();
  }
}

function filled(properties) {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== "" && value !== undefined));
}

// What extensions say, to find out whether anything changed.
function said(values) {
  const plain = (each) => {
    const found = { type: each.$type };
    for (const [key, value] of Object.entries(each)) {
      if (key.startsWith("$")) continue;
      found[key] = Array.isArray(value) ? value.map(plain) : value;
    }
    return Object.fromEntries(Object.entries(found).sort(([one], [other]) => one.localeCompare(other)));
  };
  // Their order says nothing: a file from elsewhere keeps its own.
  return JSON.stringify(values.map((each) => JSON.stringify(plain(each))).sort());
}
