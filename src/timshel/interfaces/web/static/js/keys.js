// One-key moves and the way to the palette, on every page. They rest while somebody types, while a
// modifier is held, and for whoever has switched them off; the palette needs two keys and stays.

const tag = document.querySelector("script[data-keys]");
const PATIENCE = 2000; // milliseconds in which the letter of a place follows
const RECENT = "timshel-recent";
const MOST_RECENT = 8;

let map = { on: false, keys: {}, places: {}, new: "" };
let going = 0;
let held = null; // what was typed while the palette was on its way

// After the keys were changed here, the map that this browser kept is no longer right.
const isStale = document.querySelector("[data-keys-fresh]") !== null;
fetch(tag.dataset.keys, { cache: isStale ? "reload" : "default" })
  .then((answer) => (answer.ok && !answer.redirected ? answer.json() : map))
  .then((found) => {
    map = found;
    document.documentElement.dataset.keys = map.on ? "on" : "off";
  })
  .catch(() => {}); // without a connection there are no moves, and nothing else is lost

function isTyping(target) {
  if (target.isContentEditable) return true;
  if (/^(textarea|select)$/i.test(target.tagName)) return true;
  return /^input$/i.test(target.tagName) && !/^(checkbox|radio|button|submit|reset|file)$/.test(target.type);
}

function isSeen(element) {
  return element !== null && element !== undefined && element.offsetParent !== null;
}

function press(selector) {
  const element = [...document.querySelectorAll(selector)].find(isSeen);
  element?.click();
  return element !== undefined;
}

function step(by) {
  const rows = [...document.querySelectorAll("[data-row]")].filter(isSeen);
  if (!rows.length) return press(by > 0 ? "[data-key-next]" : "[data-key-previous]");
  const here = rows.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : rows.length - 1) : here + by;
  const row = rows[Math.max(0, Math.min(rows.length - 1, next))];
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function search() {
  const fields = ["[data-key-search]", "main [type=search]", "#top-search"];
  const field = fields.map((each) => document.querySelector(each)).find(isSeen);
  field?.focus();
  field?.select?.();
  return field !== undefined;
}

function write(selector) {
  const composer = document.querySelector(selector)?.closest("details");
  if (!composer) return false;
  composer.open = true;
  composer.scrollIntoView({ block: "center" });
  composer.querySelector("textarea")?.focus();
  return true;
}

// What was written is sent from where it was written, by the first button of its form.
function send(target) {
  const button = target.form?.querySelector(".form-actions button[type=submit]");
  if (!/^textarea$/i.test(target.tagName) || !isSeen(button)) return false;
  target.form.requestSubmit(button);
  return true;
}

// The form of a change opens where the reader is; the field that was meant is focused in it.
function change(name) {
  const focus = () => {
    const field = document.querySelector(`#step :is(${name}):not([type=hidden])`);
    if (!field) return;
    document.removeEventListener("htmx:after:swap", focus);
    setTimeout(() => field.focus()); // after the form itself chose a field
  };
  document.addEventListener("htmx:after:swap", focus);
  return press("[data-key-change]");
}

function open(what, within = "") {
  held ??= "";
  const tools = { address: tag.dataset.sheet, recent, write, typed: () => held ?? "" };
  import("./palette.js")
    .then((palette) => palette[what](tools, within))
    .finally(() => {
      held = null;
    });
  return true;
}

// Whoever is quicker than the palette has typed for it, and not for the page below.
function hold(event) {
  if (event.key === "Escape" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Backspace") held = held.slice(0, -1);
  else if (event.key.length === 1) held += event.key;
  event.preventDefault();
}

function leave(address) {
  if (address) location.assign(address);
  return Boolean(address);
}

const MOVES = {
  help: () => open("openSheet"),
  search,
  new: () => leave(map.new),
  go() {
    going = Date.now();
    return true;
  },
  next: () => step(1),
  previous: () => step(-1),
  reply: () => write("[data-key-reply]"),
  note: () => write("[data-key-note]"),
  assign: () => press('#record-bar a[href*="/assign"]'),
  priority: () => change("[name=priority], [name=impact]"),
  stage: () => isSeen(document.getElementById("record-bar")) && open("openPalette", "#record-bar"),
  macros: () => press("[data-key-macros]"),
};

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
    event.preventDefault();
    open("openPalette");
    return;
  }
  if (held !== null) {
    hold(event);
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && send(event.target)) {
    event.preventDefault();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || !map.on || isTyping(event.target)) return;
  if (document.querySelector(":popover-open, dialog[open]")) return;
  const isLetter = Date.now() - going < PATIENCE;
  going = 0;
  if (isLetter && leave(map.places[event.key])) {
    event.preventDefault();
    return;
  }
  if (Object.hasOwn(map.keys, event.key) && MOVES[map.keys[event.key]]?.()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-keys-help]")) open("openSheet");
  if (event.target.closest("[data-open-palette]")) open("openPalette");
});

// Where the reader was, for the palette: kept by this window alone, and for this reader alone.
function recent() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(RECENT) ?? "{}");
    return kept.reader === tag.dataset.reader && Array.isArray(kept.pages) ? kept.pages : [];
  } catch {
    return [];
  }
}
const here = { address: location.pathname, label: document.querySelector("h1")?.textContent.trim() };
if (here.label && document.querySelector("[data-record], [data-case]")) {
  const pages = [here, ...recent().filter((each) => each.address !== here.address)];
  try {
    const kept = { reader: tag.dataset.reader, pages: pages.slice(0, MOST_RECENT) };
    sessionStorage.setItem(RECENT, JSON.stringify(kept));
  } catch {
    // A browser that keeps nothing has no list of where one was.
  }
}
