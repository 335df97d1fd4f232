// The record: forms of steps open in their place, and one that was begun is not left unasked.

const slot = document.getElementById("step");

function holdsText(form) {
  return [...form.querySelectorAll("textarea, input[type=text], input:not([type])")].some(
    (control) => control.value.trim() !== control.defaultValue.trim(),
  );
}

// Another form would take the place of one that is being filled in: ask first.
document.addEventListener("htmx:before:request", (event) => {
  const source = event.detail.ctx.sourceElement.closest("[data-step]");
  const form = slot?.querySelector("form");
  if (!source || !form || !holdsText(form)) return;
  if (!window.confirm(slot.dataset.question)) event.preventDefault();
});

// A form that was fetched is read from its heading on.
document.addEventListener("htmx:after:swap", () => {
  const heading = slot?.querySelector("[data-focus]");
  if (!heading || heading.dataset.seen !== undefined) return;
  heading.dataset.seen = "";
  const first = slot.querySelector("form :is(input:not([type=hidden]), select, textarea)");
  (first ?? heading).focus();
  heading.scrollIntoView({ block: "nearest" });
});

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close-step]");
  if (!close || !slot) return;
  event.preventDefault();
  slot.replaceChildren();
  if (location.pathname !== close.pathname) history.replaceState(null, "", close.href);
  document.querySelector(".bar a, .bar button")?.focus();
});

// Enter in a field means the form's own button, not the one that finds people, which comes first.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  const button = field.form?.querySelector("[data-enter]");
  if (event.key !== "Enter" || !button || !/^input$/i.test(field.tagName)) return;
  if (field.name === "person" || field.type === "submit") return;
  event.preventDefault();
  field.form.requestSubmit(button);
});
