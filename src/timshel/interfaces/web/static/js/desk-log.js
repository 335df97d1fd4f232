// Logging a call without a mouse: Enter takes the first person who was found, a template fills in
// what is empty, and two keys log. Everything also works without this.

const form = document.querySelector("[data-log-form]");
const person = form?.querySelector("[data-log-person]");
const TEXTS = { title: "title", text: "text", solution: "solution" };
let wanted = false;

function first() {
  return form.querySelector('#log-found input[name="requester"]');
}

function next() {
  const title = form.querySelector("#log-title");
  (title?.offsetParent ? title : form.querySelector("#log-text"))?.focus();
}

function choose(radio) {
  if (!radio.checked) {
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
  }
  next();
}

person?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" && first()) {
    event.preventDefault();
    first().focus();
    return;
  }
  if (event.key !== "Enter" || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  if (first()) choose(first());
  else wanted = true; // the answer is on its way
});
person?.addEventListener("input", () => {
  wanted = false;
});
document.addEventListener("htmx:after:swap", () => {
  const radio = form && first();
  if (!wanted || !radio) return;
  wanted = false;
  choose(radio);
});
form?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches?.('#log-found input[name="requester"]')) {
    event.preventDefault();
    choose(event.target);
    return;
  }
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  form.querySelector(event.shiftKey ? "[data-solve]" : "[data-log]").click();
});

// A template fills fields that are empty or hold the words of another template.
let before = null;
form?.addEventListener("change", (event) => {
  const chosen = event.target;
  if (chosen.name !== "template") return;
  for (const [name, key] of Object.entries(TEXTS)) {
    const field = form.elements[name];
    if (field.value && field.value !== (before?.dataset[key] ?? "")) continue;
    field.value = chosen.dataset[key] ?? "";
  }
  const service = form.elements.service;
  if (!service.value || service.value === (before?.dataset.service ?? "")) {
    service.value = chosen.dataset.service ?? "";
  }
  before = chosen;
});
