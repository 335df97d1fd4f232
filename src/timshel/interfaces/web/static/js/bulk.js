// The bar of a queue: how many are ticked, and ticking all of a page. The form works without this.

const bar = document.querySelector("[data-bulk-bar]");
const count = bar?.querySelector("[data-bulk-count]");
const whole = bar?.querySelector("[data-bulk-whole]");
const page = bar?.querySelector("[data-bulk-page]");

function boxes() {
  return [...document.querySelectorAll("#selection input[name=number]")];
}
function tell() {
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  count.textContent = ticked ? `${count.dataset.some} ${ticked}` : count.dataset.none;
  count.hidden = whole.checked;
  bar.classList.toggle("bulk-bar-used", ticked > 0 || whole.checked);
  page.checked = all.length > 0 && ticked === all.length;
  page.indeterminate = ticked > 0 && ticked < all.length;
}

if (bar) {
  page.addEventListener("change", () => {
    const isTicked = page.checked; // telling of the first box changes the box of the page
    for (const box of boxes()) {
      box.checked = isTicked;
      box.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("#selection")) tell();
  });
  document.addEventListener("timshel:refreshed", tell);
  tell();
}
