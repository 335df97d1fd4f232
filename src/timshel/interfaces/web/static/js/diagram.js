// Pictures of processes. A picture is a section with data-diagram: it names the address of the
// diagram and the library that draws it, and holds the list of steps in words. What the list says
// of a step is drawn on the picture, so that both always say the same. Without this script the
// list remains; the library is loaded only once a picture comes into sight.

import { descriptor } from "./diagram-vocabulary.js";

const STEP = 1.25; // one press of a zoom button
const MOST = 3;
const LEAST = 0.15;
const LEGIBLE = 0.45; // below this scale nobody can read a name
const READABLE = 0.8;
const PAN = 60; // pixels for a press of an arrow key

// The colours follow the theme of the page by themselves.
export const COLOURS = {
  defaultFillColor: "var(--t-surface)",
  defaultStrokeColor: "var(--t-ink)",
  defaultLabelColor: "var(--t-ink)",
};

const libraries = new Map();

// Load a library once and return what it defines.
export function library(address) {
  if (!libraries.has(address)) {
    libraries.set(
      address,
      new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = address;
        script.addEventListener("load", () => {
          const loaded = globalThis.BpmnJS;
          delete globalThis.BpmnJS;
          resolve(loaded);
        });
        script.addEventListener("error", () => {
          libraries.delete(address);
          reject(new Error(address));
        });
        document.head.append(script);
      }),
    );
  }
  return libraries.get(address);
}

export async function text(address) {
  const response = await fetch(address, { headers: { Accept: "application/xml" } });
  if (!response.ok || response.redirected) throw new Error(`${address} answered ${response.status}`);
  return response.text();
}

// Moving and zooming by buttons, keys, mouse and fingers. The page scrolls as ever while the
// picture is shown whole; only once it is enlarged does a finger on it move it.
export class View {
  constructor(canvas, frame) {
    this.canvas = canvas;
    this.frame = frame;
    this.pointers = new Map();
    this.whole = true;
    frame.addEventListener("keydown", (event) => this.pressed(event));
    frame.addEventListener("wheel", (event) => this.turned(event), { passive: false });
  }

  followPointers() {
    this.frame.addEventListener("pointerdown", (event) => this.grabbed(event));
    this.frame.addEventListener("pointermove", (event) => this.moved(event));
    for (const name of ["pointerup", "pointercancel"]) {
      this.frame.addEventListener(name, (event) => this.released(event));
    }
  }

  get scale() {
    return this.canvas.viewbox().scale;
  }

  fit() {
    this.canvas.resized();
    this.canvas.zoom("fit-viewport", "auto");
    this.fitted = this.scale;
    this.settle();
  }

  zoom(factor, point) {
    const scale = Math.min(MOST, Math.max(Math.min(LEAST, this.fitted ?? LEAST), this.scale * factor));
    this.canvas.zoom(scale, point ?? "auto");
    this.settle();
  }

  settle() {
    this.whole = this.scale <= (this.fitted ?? 0) * 1.001;
    this.frame.classList.toggle("diagram-enlarged", !this.whole);
  }

  // Bring an element into the middle, at a scale at which it can be read.
  show(element) {
    if (!element) return;
    if (this.scale < LEGIBLE) this.canvas.zoom(READABLE);
    const box = this.canvas.viewbox();
    const middle = element.waypoints
      ? element.waypoints[Math.floor(element.waypoints.length / 2)]
      : { x: element.x + element.width / 2, y: element.y + element.height / 2 };
    this.canvas.viewbox({
      x: middle.x - box.width / 2,
      y: middle.y - box.height / 2,
      width: box.width,
      height: box.height,
    });
    this.settle();
  }

  pressed(event) {
    if (event.target !== this.frame || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = {
      ArrowLeft: [PAN, 0],
      ArrowRight: [-PAN, 0],
      ArrowUp: [0, PAN],
      ArrowDown: [0, -PAN],
    };
    if (moves[event.key]) this.canvas.scroll({ dx: moves[event.key][0], dy: moves[event.key][1] });
    else if (event.key === "+" || event.key === "=") this.zoom(STEP);
    else if (event.key === "-") this.zoom(1 / STEP);
    else if (event.key === "0") this.fit();
    else return;
    event.preventDefault();
  }

  turned(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    this.zoom(event.deltaY < 0 ? 1.1 : 1 / 1.1, this.place(event));
  }

  place(event) {
    const frame = this.frame.getBoundingClientRect();
    return { x: event.clientX - frame.left, y: event.clientY - frame.top };
  }

  grabbed(event) {
    if (event.button > 0 || event.target.closest("a, button")) return;
    this.pointers.set(event.pointerId, this.place(event));
    this.travelled = 0;
  }

  moved(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return;
    const now = this.place(event);
    const others = [...this.pointers].filter(([id]) => id !== event.pointerId);
    if (others.length === 1) {
      const other = others[0][1];
      const distance = (one) => Math.hypot(one.x - other.x, one.y - other.y);
      this.zoom(distance(now) / Math.max(1, distance(before)), {
        x: (now.x + other.x) / 2,
        y: (now.y + other.y) / 2,
      });
    } else if (event.pointerType === "mouse" || !this.whole) {
      this.travelled += Math.hypot(now.x - before.x, now.y - before.y);
      if (this.travelled > 3 && !this.frame.hasPointerCapture(event.pointerId)) {
        this.frame.setPointerCapture(event.pointerId);
      }
      this.canvas.scroll({ dx: now.x - before.x, dy: now.y - before.y });
    }
    this.pointers.set(event.pointerId, now);
  }

  released(event) {
    this.pointers.delete(event.pointerId);
  }
}

// What the list of steps says, put on the picture.
class Marks {
  constructor(viewer, section) {
    this.viewer = viewer;
    this.section = section;
    this.drawn = [];
  }

  draw() {
    const canvas = this.viewer.get("canvas");
    const overlays = this.viewer.get("overlays");
    const registry = this.viewer.get("elementRegistry");
    for (const [id, name] of this.drawn) if (registry.get(id)) canvas.removeMarker(id, name);
    overlays.clear();
    this.drawn = [];
    const mark = (id, name) => {
      if (!registry.get(id)) return false;
      const names = registry.get(id).children?.length ? [name, "diagram-frame"] : [name];
      for (const each of names) {
        canvas.addMarker(id, each);
        this.drawn.push([id, each]);
      }
      return true;
    };
    for (const flow of (this.section.dataset.flows ?? "").split(" ")) if (flow) mark(flow, "diagram-taken");
    for (const [id, step] of this.latest()) {
      const badge = step.querySelector("[data-badge]");
      if (!mark(id, `diagram-${step.dataset.mark}`) || !badge) continue;
      overlays.add(id, "mark", {
        position: { top: -11, left: 4 },
        html: this.badge(badge, step, registry.get(id)),
        show: { minZoom: 0.45 },
      });
    }
  }

  // On an activity the word and the time; an event or gateway has room for the sign alone.
  badge(badge, step, element) {
    const drawn = badge.cloneNode(true);
    drawn.classList.add("diagram-badge");
    drawn.setAttribute("aria-hidden", "true");
    const took = step.querySelector("[data-took]")?.textContent.trim();
    if (element.width < 60) drawn.querySelector("span")?.remove();
    else if (took) drawn.append(` · ${took}`);
    return drawn;
  }

  // The last pass of each element decides.
  latest() {
    const steps = this.section.querySelectorAll("li[data-element][data-mark]:not([data-mark=''])");
    return new Map([...steps].map((step) => [step.dataset.element, step]));
  }

  waiting() {
    for (const [id, step] of this.latest()) if (step.dataset.mark === "waiting") return id;
    return null;
  }
}

async function show(section) {
  const frame = section.querySelector("[data-diagram-picture]");
  const [Viewer, xml] = await Promise.all([library(section.dataset.library), text(section.dataset.address)]);
  const viewer = new Viewer({
    container: frame,
    bpmnRenderer: COLOURS,
    moddleExtensions: { timshel: descriptor },
  });
  const { warnings } = await viewer.importXML(xml);
  for (const warning of warnings) console.error(`Diagram: ${warning.message}`);
  const view = new View(viewer.get("canvas"), frame);
  view.followPointers();
  const marks = new Marks(viewer, section);
  marks.draw();
  arrange(viewer, view, marks, frame);
  listen(section, viewer, view, marks);
  section.dataset.drawn = "";
}

// The frame is as high as the picture needs at its width, and a picture that could not be read
// when shown whole begins at where it stands, or at its start.
function arrange(viewer, view, marks, frame) {
  const inner = viewer.get("canvas").viewbox().inner;
  const fitting = Math.min(1, frame.clientWidth / (inner.width + 40));
  const scale = fitting < LEGIBLE ? READABLE : fitting;
  frame.style.height = `${Math.round(Math.min(innerHeight * 0.7, Math.max(200, inner.height * scale + 80)))}px`;
  view.fit();
  if (view.scale >= LEGIBLE) return;
  const registry = viewer.get("elementRegistry");
  const start = registry.find((element) => element.type === "bpmn:StartEvent");
  const waiting = registry.get(marks.waiting());
  view.show(waiting ?? start);
  if (!waiting) viewer.get("canvas").scroll({ dx: 60 - frame.clientWidth / 2, dy: 0 });
}

function listen(section, viewer, view, marks) {
  section.addEventListener("click", (event) => {
    const button = event.target.closest("[data-diagram-do]");
    if (button) {
      const deeds = { closer: () => view.zoom(STEP), further: () => view.zoom(1 / STEP), whole: () => view.fit() };
      deeds[button.dataset.diagramDo]?.();
    }
    const wanted = event.target.closest("[data-diagram-show]");
    if (wanted) {
      view.show(viewer.get("elementRegistry").get(wanted.dataset.diagramShow));
      section.querySelector("[data-diagram-picture]").scrollIntoView({ block: "nearest" });
    }
  });
  viewer.on("element.click", ({ element }) => {
    if (view.travelled > 3) return;
    const step = [...section.querySelectorAll("li[data-element]")].findLast((each) => each.dataset.element === element.id);
    if (!step) return;
    for (const each of section.querySelectorAll(".diagram-step-shown")) each.classList.remove("diagram-step-shown");
    step.classList.add("diagram-step-shown");
    step.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("timshel:refreshed", () => marks.draw());
  new ResizeObserver(() => (view.whole ? view.fit() : viewer.get("canvas").resized())).observe(
    section.querySelector("[data-diagram-picture]"),
  );
}

async function begin(section) {
  try {
    await show(section);
  } catch (error) {
    console.error(error);
    section.dataset.failed = "";
    section.querySelector("[data-diagram-failed]").hidden = false;
  }
}

const sight = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    sight.unobserve(target);
    begin(target);
  }
});
for (const section of document.querySelectorAll("[data-diagram]")) sight.observe(section);
