// The palette: one box for what can be done here, for places, and for what the search finds. The
// focus stays in the box; arrows move through what fits, Enter takes it. And the sheet of keys.

const PAUSE = 120; // milliseconds of rest before the search is asked
let frame = null;
let tools = null; // of the module that opens it: an import both ways could not be named by content
let asked = 0;
let timer = 0;
let options = [];
let chosen = 0;
let only = "";

async function fetched(given) {
  tools = given;
  if (frame?.isConnected) return frame;
  const answer = await fetch(given.address);
  if (!answer.ok || answer.redirected) throw new Error(`keys answered ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  frame = document.adoptNode(page.getElementById("keys-frame"));
  const style = frame.querySelector("link");
  const loaded = new Promise((done) => {
    style.addEventListener("load", done);
    style.addEventListener("error", done);
  });
  document.body.append(frame);
  await loaded;
  for (const button of frame.querySelectorAll("[data-close-dialog]")) {
    button.addEventListener("click", () => button.closest("dialog").close());
  }
  for (const dialog of frame.querySelectorAll("dialog")) {
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  }
  const box = part("palette-text");
  box.addEventListener("input", () => show(box.value));
  box.addEventListener("keydown", moved);
  return frame;
}

function part(id) {
  return document.getElementById(id);
}

export async function openSheet(given) {
  await fetched(given);
  if (part("palette").open) part("palette").close();
  part("keys-sheet").showModal();
  part("keys-sheet-title").focus();
}

// Open the palette; with a part of the page given, for what can be done there alone.
export async function openPalette(given, within = "") {
  await fetched(given);
  if (part("palette").open) return;
  only = within;
  const text = given.typed();
  part("palette-text").value = text;
  part("palette").showModal();
  part("palette-text").focus();
  show(text);
}

function elsewhere() {
  return tools.recent().filter((each) => each.address !== location.pathname);
}

function plain(text) {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function fits(label, text) {
  const found = plain(label);
  return plain(text).split(/\s+/).every((word) => found.includes(word));
}

function said(element) {
  const words = element.querySelector("span") ?? element;
  return words.textContent.replace(/\s+/g, " ").trim();
}

function deeds() {
  const all = only
    ? [...document.querySelectorAll(`${only} a, ${only} button`)]
    : [
        ...document.querySelectorAll(
          "#record-bar a, #record-bar button, [data-key-change], [data-key-reply], [data-key-note], .page-actions a, .page-actions button",
        ),
      ];
  return all
    .filter((each) => each.offsetParent !== null && !each.disabled && said(each))
    .map((element) => ({ label: said(element), run: () => perform(element) }));
}

function perform(element) {
  if (element.matches("summary")) tools.write(element.hasAttribute("data-key-note") ? "[data-key-note]" : "[data-key-reply]");
  else element.click();
}

function places() {
  const goals = part("palette-places").content.querySelectorAll("a");
  return [...goals].map((goal) => ({
    label: goal.textContent,
    address: goal.getAttribute("href"),
    hint: goal.dataset.letter ? `${goKey()} ${goal.dataset.letter}` : "",
  }));
}

function goKey() {
  return frame.dataset.go;
}

async function show(text) {
  const turn = ++asked;
  const wanted = text.trim();
  const groups = [[frame.dataset.wordsHere, deeds()]];
  if (!only) {
    if (!wanted) groups.push([frame.dataset.wordsRecent, elsewhere()]);
    groups.push([frame.dataset.wordsPlaces, places()]);
  }
  const local = groups
    .map(([label, all]) => [label, wanted ? all.filter((each) => fits(each.label, wanted)) : all])
    .filter(([, all]) => all.length);
  draw(local, wanted, !wanted || only !== "");
  if (only) return;
  clearTimeout(timer);
  await new Promise((done) => {
    timer = setTimeout(done, wanted ? PAUSE : 0);
  });
  if (turn !== asked) return;
  const found = await suggested(wanted);
  if (turn !== asked) return;
  draw([...local, ...found, ...everywhere(wanted)], wanted, true);
}

async function suggested(text) {
  const address = `${frame.dataset.suggest}?format=json&q=${encodeURIComponent(text)}`;
  const answer = await fetch(address).catch(() => null);
  if (!answer?.ok || answer.redirected) return [];
  const { groups, kept } = await answer.json();
  const named = groups.map((group) => [
    group.label,
    group.hits.map((hit) => ({
      parts: hit.title,
      label: hit.title.map(([words]) => words).join(""),
      address: hit.address,
      hint: hit.state_name || hit.line || hit.kind_name,
    })),
  ]);
  const before = (kept ?? []).map((each) => ({ label: each.text, address: each.address }));
  return [...named, [frame.dataset.wordsKept, before]].filter(([, all]) => all.length);
}

function everywhere(text) {
  if (!text) return [];
  const label = frame.dataset.wordsEverywhere.replace("%(text)s", () => text);
  return [["", [{ label, address: `${frame.dataset.search}?q=${encodeURIComponent(text)}` }]]];
}

function draw(groups, text, isAll) {
  const list = part("palette-list");
  const before = options[chosen]?.label;
  options = groups.flatMap(([, all]) => all);
  list.replaceChildren(...groups.map(drawnGroup));
  if (!options.length && isAll) {
    const none = document.createElement("p");
    none.className = "palette-none";
    none.textContent = frame.dataset.wordsNone;
    list.append(none);
  }
  // What comes in later does not move the choice away from what was chosen.
  const again = options.findIndex((each) => each.label === before);
  choose(again > 0 ? again : 0, list);
  if (isAll) part("palette-said").textContent = frame.dataset.wordsCount.replace("%(count)s", options.length);
}

let number = 0;
function drawnGroup([label, all], place) {
  if (place === 0) number = 0;
  const group = document.createElement("div");
  group.setAttribute("role", "group");
  if (label) {
    const title = document.createElement("p");
    title.className = "palette-title";
    title.id = `palette-group-${place}`;
    title.setAttribute("role", "presentation");
    title.textContent = label;
    group.setAttribute("aria-labelledby", title.id);
    group.append(title);
  }
  group.append(...all.map(drawnOption));
  return group;
}

function drawnOption(each) {
  const option = document.createElement(each.address ? "a" : "div");
  option.className = "palette-option";
  option.id = `palette-option-${number}`;
  option.dataset.number = number++;
  option.setAttribute("role", "option");
  option.tabIndex = -1;
  if (each.address) option.href = each.address;
  const words = document.createElement("span");
  words.className = "palette-words";
  for (const [text, isMatch] of each.parts ?? [[each.label, false]]) {
    const piece = isMatch ? document.createElement("mark") : document.createElement("span");
    piece.textContent = text;
    words.append(piece);
  }
  option.append(words);
  if (each.hint) {
    const hint = document.createElement("span");
    hint.className = "palette-hint";
    hint.textContent = each.hint;
    option.append(hint);
  }
  option.addEventListener("click", (event) => take(each, event));
  return option;
}

function choose(place, list = part("palette-list")) {
  chosen = place;
  for (const option of list.querySelectorAll("[role=option]")) {
    const isChosen = Number(option.dataset.number) === place;
    option.setAttribute("aria-selected", String(isChosen));
    if (!isChosen) continue;
    part("palette-text").setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  if (!options.length) part("palette-text").removeAttribute("aria-activedescendant");
}

function take(each, event) {
  if (each.address) {
    if (event.ctrlKey || event.metaKey || event.type === "click") return;
    location.assign(each.address);
    return;
  }
  event.preventDefault();
  part("palette").close();
  each.run();
}

function moved(event) {
  const last = options.length - 1;
  const to = {
    ArrowDown: chosen < last ? chosen + 1 : 0,
    ArrowUp: chosen > 0 ? chosen - 1 : last,
    PageDown: Math.min(last, chosen + 8),
    PageUp: Math.max(0, chosen - 8),
  }[event.key];
  if (to !== undefined) {
    event.preventDefault();
    if (options.length) choose(to);
  } else if (event.key === "Enter" && options[chosen]) {
    event.preventDefault();
    take(options[chosen], event);
  }
}
