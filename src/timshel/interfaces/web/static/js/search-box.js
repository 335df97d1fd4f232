// The suggestions under the box in the page head: arrows move through them, Escape closes them.
// Without this script the box is a form like any other, and Tab reaches each suggestion.

const box = document.getElementById("top-search");
const list = document.getElementById("top-suggestions");

function entries() {
  return [...list.querySelectorAll("a")];
}
function show(isShown) {
  list.hidden = !isShown;
}
function move(step) {
  const all = entries();
  if (all.length === 0) return;
  const here = all.indexOf(document.activeElement);
  const next = here + step;
  if (next < 0) box.focus();
  else all[Math.min(next, all.length - 1)].focus();
}

if (box && list) {
  show(false);
  new MutationObserver(() => {
    const isWanted = box.form.contains(document.activeElement);
    show(isWanted && list.textContent.trim() !== "");
  }).observe(list, { childList: true });
  box.addEventListener("focus", () => show(list.textContent.trim() !== ""));
  box.form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      box.focus();
      show(false);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (list.hidden) return;
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });
  document.addEventListener("focusin", (event) => {
    if (!box.form.contains(event.target)) show(false);
  });
  document.addEventListener("click", (event) => {
    if (!box.form.contains(event.target)) show(false);
  });
}
