// The week as a grid of half hours that is painted by mouse, finger or keyboard. What counts are
// the text fields, which work without this; grid and fields follow each other. A day is kept as
// its intervals in minutes, so that painting one half hour leaves a quarter past elsewhere alone.

const SLOT = 30;
const DAY = 24 * 60;
const SLOTS = DAY / SLOT;
const form = document.querySelector("[data-calendar-form]");
const frame = form?.querySelector("[data-week-grid]");
const inputs = form ? [...form.querySelectorAll("input[data-day]")] : [];
const SPAN = /^(\d{1,2})(?:[:.h](\d{2}))?\s*(?:[-–—]|to|à)\s*(\d{1,2})(?:[:.h](\d{2}))?$/i;

function clock(minutes) {
  const two = (number) => String(number).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

// The intervals of a field, or null where the server would not understand it either.
function read(text) {
  const spans = [];
  for (const part of text.split(/[,;]/)) {
    if (!part.trim()) continue;
    const found = SPAN.exec(part.trim());
    if (!found) return null;
    const start = Number(found[1]) * 60 + Number(found[2] ?? 0);
    const end = Number(found[3]) * 60 + Number(found[4] ?? 0);
    if (start >= end || end > DAY) return null;
    spans.push([start, end]);
  }
  return joined(spans);
}

function joined(spans) {
  const result = [];
  for (const [start, end] of spans.toSorted((one, other) => one[0] - other[0])) {
    const last = result.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

function painted(spans, start, end, open) {
  if (open) return joined([...spans, [start, end]]);
  const rest = [];
  for (const [from, to] of spans) {
    if (from < start) rest.push([from, Math.min(to, start)]);
    if (to > end) rest.push([Math.max(from, end), to]);
  }
  return rest;
}

function written(spans) {
  return spans.map(([start, end]) => `${clock(start)}-${clock(end)}`).join(", ");
}

function covered(spans, start, end) {
  return spans.reduce((sum, [from, to]) => sum + Math.max(0, Math.min(to, end) - Math.max(from, start)), 0);
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

class WeekGrid {
  constructor() {
    this.days = inputs.map((input) => form.querySelector(`label[for="${input.id}"]`).textContent.trim());
    this.weeks = inputs.map((input) => read(input.value));
    this.cells = [];
    this.at = [0, 16];
    this.paint = null;
    this.build();
    inputs.forEach((input, day) => {
      input.addEventListener("input", () => {
        this.weeks[day] = read(input.value);
        this.draw(day);
      });
    });
    inputs.forEach((_input, day) => this.draw(day));
  }

  build() {
    const grid = element("table", {
      role: "grid",
      class: "week-grid",
      "aria-label": frame.dataset.gridLabel,
      "aria-describedby": "week-grid-help",
      "aria-multiselectable": "true",
    });
    const head = element("thead", { role: "rowgroup" });
    const names = element("tr", { role: "row" });
    names.append(element("td", { role: "presentation", class: "week-corner" }));
    for (const name of this.days) {
      const short = element("th", { role: "columnheader", scope: "col" });
      short.append(element("span", { "aria-hidden": "true", class: "week-short" }, name.slice(0, 2)));
      short.append(element("span", { class: "week-long" }, name));
      names.append(short);
    }
    head.append(names);
    const body = element("tbody", { role: "rowgroup" });
    for (let slot = 0; slot < SLOTS; slot += 1) body.append(this.row(slot));
    grid.append(head, body);
    const scroller = element("div", { class: "week-scroller" });
    scroller.append(grid);
    frame.append(scroller);
    frame.hidden = false;
    this.body = body;
    this.listen(body);
    scroller.scrollTop = this.cells[0][14].offsetTop - names.offsetHeight;
  }

  row(slot) {
    const row = element("tr", { role: "row", class: slot % 2 ? "week-half" : "week-hour" });
    row.append(element("th", { role: "rowheader", scope: "row" }, clock(slot * SLOT)));
    this.days.forEach((_name, day) => {
      const cell = element("td", { role: "gridcell", tabindex: "-1", "data-day": day, "data-slot": slot });
      (this.cells[day] ??= []).push(cell);
      row.append(cell);
    });
    return row;
  }

  listen(body) {
    body.addEventListener("pointerdown", (event) => this.begin(event));
    body.addEventListener("pointermove", (event) => this.follow(event));
    for (const name of ["pointerup", "pointercancel"]) {
      addEventListener(name, () => {
        this.paint = null;
      });
    }
    body.addEventListener("keydown", (event) => this.key(event));
    body.addEventListener("focusin", (event) => {
      const cell = event.target.closest("[data-slot]");
      if (cell) this.rove([Number(cell.dataset.day), Number(cell.dataset.slot)]);
    });
    this.rove(this.at);
  }

  begin(event) {
    const cell = event.target.closest("[data-slot]");
    if (!cell || event.button !== 0) return;
    event.preventDefault();
    // Without this a finger that moves on would still speak to the cell where it came down.
    if (cell.hasPointerCapture?.(event.pointerId)) cell.releasePointerCapture(event.pointerId);
    const [day, slot] = [Number(cell.dataset.day), Number(cell.dataset.slot)];
    this.paint = { open: !this.isOpen(day, slot), from: [day, slot], before: structuredClone(this.weeks) };
    this.set(day, slot, this.paint.open);
    cell.focus({ preventScroll: true });
  }

  // Everything between where the hand came down and where it is now is painted, and nothing else:
  // a hand that goes back takes back what it painted on the way.
  follow(event) {
    if (!this.paint) return;
    const cell = document.elementFromPoint(event.clientX, event.clientY)?.closest(".week-grid [data-slot]");
    if (!cell) return;
    const { open, from, before } = this.paint;
    const between = (one, other) => [Math.min(one, other), Math.max(one, other)];
    const [firstDay, lastDay] = between(from[0], Number(cell.dataset.day));
    const [first, last] = between(from[1], Number(cell.dataset.slot));
    before.forEach((spans, day) => {
      const within = day >= firstDay && day <= lastDay;
      const wanted = within ? painted(spans ?? [], first * SLOT, (last + 1) * SLOT, open) : spans;
      if (JSON.stringify(wanted) !== JSON.stringify(this.weeks[day])) this.replace(day, wanted ?? []);
    });
  }

  key(event) {
    const [day, slot] = this.at;
    const moves = {
      ArrowUp: [day, slot - 1],
      ArrowDown: [day, slot + 1],
      ArrowLeft: [day - 1, slot],
      ArrowRight: [day + 1, slot],
      Home: [0, event.ctrlKey ? 0 : slot],
      End: [this.days.length - 1, event.ctrlKey ? SLOTS - 1 : slot],
      PageUp: [day, slot - 8],
      PageDown: [day, slot + 8],
    };
    if (event.altKey || event.metaKey) return;
    if (event.key === " ") {
      event.preventDefault();
      this.set(day, slot, !this.isOpen(day, slot));
      return;
    }
    const target = moves[event.key];
    if (!target) return;
    event.preventDefault();
    const to = [
      Math.min(Math.max(target[0], 0), this.days.length - 1),
      Math.min(Math.max(target[1], 0), SLOTS - 1),
    ];
    if (event.shiftKey) this.set(to[0], to[1], this.isOpen(day, slot));
    this.cells[to[0]][to[1]].focus();
  }

  rove(to) {
    this.cells[this.at[0]][this.at[1]].tabIndex = -1;
    this.at = to;
    this.cells[to[0]][to[1]].tabIndex = 0;
  }

  isOpen(day, slot) {
    const start = slot * SLOT;
    return covered(this.weeks[day] ?? [], start, start + SLOT) === SLOT;
  }

  set(day, slot, open) {
    const start = slot * SLOT;
    this.replace(day, painted(this.weeks[day] ?? [], start, start + SLOT, open));
  }

  replace(day, spans) {
    this.weeks[day] = spans;
    const input = inputs[day];
    input.value = written(spans);
    input.removeAttribute("aria-invalid");
    input.classList.remove("is-invalid");
    this.draw(day);
  }

  draw(day) {
    this.cells[day].forEach((cell, slot) => {
      const start = slot * SLOT;
      const share = covered(this.weeks[day] ?? [], start, start + SLOT);
      const state = share === SLOT ? "open" : share ? "partly" : "closed";
      if (cell.dataset.state === state) return;
      cell.dataset.state = state;
      cell.setAttribute("aria-selected", String(share === SLOT));
      const words = `${this.days[day]} ${clock(start)}–${clock(start + SLOT)}`;
      cell.setAttribute("aria-label", `${words}, ${frame.dataset[state]}`);
    });
  }

  fill(spansOf) {
    inputs.forEach((_input, day) => this.replace(day, spansOf(day) ?? []));
  }
}

if (frame) {
  const grid = new WeekGrid();
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    event.preventDefault();
    if (button.dataset.fill === "always") grid.fill(() => [[0, DAY]]);
    if (button.dataset.fill === "weekdays") {
      const monday = grid.weeks[0] ?? [];
      grid.fill((day) => (day < 5 ? monday.map((span) => [...span]) : grid.weeks[day]));
    }
    if (button.dataset.fill === "rows") {
      const rows = form.querySelector("[data-day-rows]");
      const fresh = rows.lastElementChild.cloneNode(true);
      for (const input of fresh.querySelectorAll("input")) {
        input.value = "";
        input.removeAttribute("aria-invalid");
        input.classList.remove("is-invalid");
      }
      for (const fault of fresh.querySelectorAll(".field-error")) fault.remove();
      rows.append(fresh);
      fresh.querySelector("input").focus();
    }
  });

  // Countries by their names in the reader's language, which the browser knows.
  const names = new Intl.DisplayNames([document.documentElement.lang], { type: "region" });
  const select = form.querySelector("select[data-countries]");
  const options = [...select.options].slice(1);
  for (const option of options) {
    try {
      option.textContent = names.of(option.value) ?? option.textContent;
    } catch {
      // A code that the browser does not know keeps the name that it came with.
    }
  }
  const order = new Intl.Collator(document.documentElement.lang);
  select.append(...options.sort((one, other) => order.compare(one.textContent, other.textContent)));
}
