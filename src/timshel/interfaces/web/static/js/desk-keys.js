// One-key moves at the desk. They rest while somebody types, while a modifier is held, and where
// the reader has switched them off (kept in this browser).

const KEPT = "timshel-keys";

function switchedOff() {
  return document.documentElement.dataset.keys === "off";
}

function remember(on) {
  if (on) delete document.documentElement.dataset.keys;
  else document.documentElement.dataset.keys = "off";
  try {
    localStorage.setItem(KEPT, on ? "on" : "off");
  } catch {
    // A browser that keeps nothing forgets the switch with the page.
  }
}

function kept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

if (kept() === "off") document.documentElement.dataset.keys = "off";
const box = document.querySelector("[data-keys-switch]");
if (box) {
  box.checked = !switchedOff();
  box.addEventListener("change", () => remember(box.checked));
}

function isTyping(target) {
  return target.isContentEditable || /^(input|textarea|select)$/i.test(target.tagName);
}

function rows() {
  return [...document.querySelectorAll("[data-row]")];
}

function move(step) {
  const all = rows();
  if (!all.length) return false;
  const here = all.indexOf(document.activeElement);
  const next = here < 0 ? (step > 0 ? 0 : all.length - 1) : here + step;
  const row = all[Math.max(0, Math.min(all.length - 1, next))];
  row.focus();
  row.scrollIntoView({ block: "nearest" });
  return true;
}

function search() {
  const field =
    document.querySelector("[data-key-search]") ?? document.getElementById("top-search");
  if (!field || !field.offsetParent) return false;
  field.focus();
  field.select?.();
  return true;
}

function write(selector) {
  const composer = document.querySelector(selector)?.closest("details");
  if (!composer) return false;
  composer.open = true;
  composer.scrollIntoView({ block: "center" });
  composer.querySelector("textarea")?.focus();
  return true;
}

const MOVES = {
  "/": search,
  j: () => move(1),
  k: () => move(-1),
  r: () => write("[data-key-reply]"),
  c: () => write("[data-key-note]"),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (switchedOff() || isTyping(event.target) || !(event.key in MOVES)) return;
  if (document.querySelector(":popover-open")) return;
  if (MOVES[event.key]()) event.preventDefault();
});
