// Queues: what is chosen stays chosen when the list is drawn anew, long lists of values can be
// sifted, columns are put in order, and cards are dragged. All of it also works without this.

const narrow = matchMedia("(max-width: 75rem)");
const fold = document.getElementById("queue-side-fold");
if (fold && narrow.matches) fold.open = false;
document.documentElement.dataset.folded = "";
narrow.addEventListener("change", () => {
  if (fold) fold.open = !narrow.matches;
});

// Selection: by number, so that it survives the exchange of the list.
const chosen = new Set();
function numbers() {
  return document.querySelectorAll("#selection input[name=number]");
}
function remember() {
  for (const box of numbers()) {
    if (box.checked) chosen.add(box.value);
    else chosen.delete(box.value);
  }
}
document.addEventListener("change", (event) => {
  if (event.target.matches("#selection input[name=number]")) remember();
});
document.addEventListener("timshel:refreshed", () => {
  for (const box of numbers()) box.checked = chosen.has(box.value);
  prepareCards();
});

// The form of conditions: what was added is worked on next, and a long list can be sifted.
function prepareBuilder() {
  const builder = document.querySelector("#queue-builder form");
  if (!builder || builder.dataset.ready !== undefined) return;
  builder.dataset.ready = "";
  for (const list of builder.querySelectorAll("[data-sift]")) {
    const field = document.createElement("input");
    field.type = "search";
    field.className = "form-control builder-sift";
    field.placeholder = list.dataset.sift;
    field.setAttribute("aria-label", `${list.getAttribute("aria-label")}: ${list.dataset.sift}`);
    field.addEventListener("input", () => {
      const words = field.value.trim().toLocaleLowerCase();
      for (const value of list.querySelectorAll("label")) {
        const fits = value.textContent.toLocaleLowerCase().includes(words);
        value.hidden = !fits && !value.querySelector("input").checked;
      }
    });
    list.before(field);
  }
  builder.querySelector("[data-focus-first]")?.focus();
}
document.addEventListener("htmx:after:swap", prepareBuilder);
prepareBuilder();

// "Show" leads to another address: the browser goes there by itself.
document.addEventListener("htmx:before:request", (event) => {
  const form = event.target.closest?.("#queue-builder form");
  if (!form || document.activeElement?.dataset.leaves === undefined) return;
  event.preventDefault();
  const query = new URLSearchParams(new FormData(form));
  query.set("do", "show");
  location.assign(`${form.action.split("?")[0]}?${query}`);
});

// Columns: the order is told by numbers; two buttons change them without counting.
function swap(row, other) {
  const [one, two] = [row, other].map((each) => each.querySelector("input[type=number]"));
  [one.value, two.value] = [two.value, one.value];
}
const table = document.querySelector("[data-columns] tbody");
table?.addEventListener("keydown", (event) => {
  const row = event.target.closest("tr");
  if (!event.altKey || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  const other = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
  if (!other) return;
  event.preventDefault();
  swap(row, other);
  if (event.key === "ArrowUp") other.before(row);
  else other.after(row);
  event.target.focus();
});

// Cards: dropping one on a column chooses the column in the card's own form. Where that says all,
// the form is sent; otherwise it opens, to be told the rest.
let dragged = null;
function prepareCards() {
  for (const card of document.querySelectorAll("[data-card]")) card.draggable = true;
}
prepareCards();
document.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.("[data-card]") ?? null;
  if (dragged) event.dataTransfer.setData("text/plain", dragged.dataset.card);
});
document.addEventListener("dragend", () => {
  dragged = null;
  document.querySelector(".board-over")?.classList.remove("board-over");
});
document.addEventListener("dragover", (event) => {
  const column = dragged && event.target.closest?.("[data-column]");
  const over = document.querySelector(".board-over");
  if (over && over !== column) over.classList.remove("board-over");
  if (!column || column.contains(dragged)) return;
  event.preventDefault();
  column.classList.add("board-over");
});
document.addEventListener("drop", (event) => {
  const column = dragged && event.target.closest?.(".board-column");
  if (!column || column.contains(dragged)) return;
  event.preventDefault();
  const menu = dragged.querySelector("details");
  const form = menu.querySelector("form");
  const list = form.elements.to;
  const options = [...list.options].filter((each) => each.dataset.column === column.dataset.column);
  if (!options.length) return;
  list.value = options[0].value;
  if (options.length === 1 && form.checkValidity()) {
    form.requestSubmit();
    return;
  }
  menu.open = true;
  (form.querySelector("input:invalid") ?? list).focus();
});
