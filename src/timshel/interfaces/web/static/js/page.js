// What every page does beyond what the browser does by itself. Everything here is a convenience:
// each page works without it.

const root = document.documentElement;

// Menus are <details>: close them by Escape, by a click beside them and when another opens.
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}
document.addEventListener("click", (event) => closeMenus(event.target.closest("details.menu")));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.activeElement?.closest("details.menu[open]");
  closeMenus();
  menu?.querySelector("summary").focus();
});

// The side navigation, narrow or wide, is remembered for a year.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fold-navigation]");
  if (!button) return;
  const narrow = root.dataset.navigation !== "narrow";
  if (narrow) root.dataset.navigation = "narrow";
  else delete root.dataset.navigation;
  button.setAttribute("aria-pressed", String(narrow));
  document.cookie = `navigation=${narrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
});

// A form is sent once, however often its button is pressed; htmx forms guard themselves.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches("[hx-post]")) return;
  if (form.dataset.sent !== undefined) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "";
  // A download or a dropped connection leaves the page as it is: let it be sent again.
  setTimeout(() => delete form.dataset.sent, 8000);
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The names and sizes of chosen files, before they are sent.
function writtenSize(bytes) {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = Math.min(3, Math.floor(Math.log2(Math.max(bytes, 1)) / 10));
  const form = { style: "unit", unit: units[step], unitDisplay: "short", maximumFractionDigits: 1 };
  return new Intl.NumberFormat(root.lang, form).format(bytes / 1024 ** step);
}
document.addEventListener("change", (event) => {
  const input = event.target;
  const list = input.dataset?.fileList && document.getElementById(input.dataset.fileList);
  if (!list) return;
  list.replaceChildren(
    ...[...input.files].map((file) => {
      const entry = document.createElement("li");
      entry.className = "file";
      const name = document.createElement("span");
      name.className = "file-name";
      name.textContent = file.name;
      const size = document.createElement("span");
      size.className = "file-size";
      size.textContent = writtenSize(file.size);
      entry.append(name, size);
      return entry;
    }),
  );
  list.hidden = input.files.length === 0;
});

// After a refused form the reader is taken to the summary of what must be mended.
document.querySelector("[data-focus]")?.focus();

// Live pages: ask every few seconds whether somebody changed what is shown, and if so take the
// changed regions from a fresh copy of the page. A form that is being filled in is left alone.
const PERIOD = 4000;
const LONGEST = 60000;
let wait = PERIOD;

function holdDirtyForms(region) {
  const held = [];
  for (const form of region.querySelectorAll("form")) {
    const dirty = [...form.elements].some(
      (control) =>
        control === document.activeElement ||
        (control.type === "checkbox" || control.type === "radio"
          ? control.checked !== control.defaultChecked
          : control.type === "file"
            ? control.files.length > 0
            : control.type !== "hidden" &&
              control.defaultValue !== undefined &&
              control.value !== control.defaultValue),
    );
    if (dirty) {
      form.setAttribute("hx-morph-skip", "");
      held.push(form);
    }
  }
  return held;
}

// What a person has folded stays so, before anything is drawn anew.
function keepFolds(region, fresh) {
  for (const details of region.querySelectorAll("details[id]")) {
    const redrawn = fresh.querySelector(`#${CSS.escape(details.id)}`);
    if (redrawn) redrawn.open = details.open;
  }
}

async function swapRegion(region, fresh) {
  const held = holdDirtyForms(region);
  const unfolded = [...region.querySelectorAll("details[open]")];
  try {
    await htmx.swap({ text: fresh.outerHTML, target: region, sourceElement: region, swap: "outerMorph" });
  } finally {
    for (const form of held) form.removeAttribute("hx-morph-skip");
    for (const details of unfolded) details.open = true;
  }
}

async function refresh(main) {
  const response = await fetch(location.href, { headers: { "Timshel-Live": "1" } });
  if (!response.ok || response.redirected) throw new Error(`page answered ${response.status}`);
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const region of document.querySelectorAll("[data-live-region]")) {
    const fresh = page.getElementById(region.id);
    if (!fresh) continue;
    keepFolds(region, fresh);
    if (fresh.outerHTML !== region.outerHTML) await swapRegion(region, fresh);
  }
  const watched = page.querySelector("[data-live-watch]");
  if (watched) main.dataset.liveWatch = watched.dataset.liveWatch;
  else delete main.dataset.liveWatch;
  document.dispatchEvent(new CustomEvent("timshel:refreshed"));
}

async function look() {
  const main = document.querySelector("[data-live-watch]");
  if (main && !document.hidden) {
    try {
      const address = `/live?watch=${encodeURIComponent(main.dataset.liveWatch)}`;
      const response = await fetch(address);
      if (response.status === 200) await refresh(main);
      else if (response.status !== 204) throw new Error(`live answered ${response.status}`);
      wait = PERIOD;
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
  }
  setTimeout(look, wait);
}
setTimeout(look, PERIOD);
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) wait = PERIOD;
});
