// Writing on the spot, with or without a connection: what is typed is kept in this browser at once,
// what is sent waits in a queue until the server has it. Without a script the forms are sent as usual.

const page = document.getElementById("fieldwork");
const words = page.dataset;
const status = document.getElementById("field-status");
const list = document.getElementById("field-queue");
const signIn = document.getElementById("field-sign-in");
const AGAIN = 15000;
const KEPT = "timshel-fieldwork:"; // what the names of all caches begin with, for each page one
const MOST_PAGES = 10;
const STATIC = new URL("../", import.meta.url).href;
const say = (sentence) => (status.textContent = sentence);
const token = () => page.querySelector("input[name=csrfmiddlewaretoken]").value;
const textual = (control) => control.name && !["hidden", "file", "submit"].includes(control.type);

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((each) => each.toString(16).padStart(2, "0")).join("");
}

// Two stores: "drafts" by the form, and "queue" in the order of sending.
function opened() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("timshel-fieldwork", 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("drafts");
      asked.result.createObjectStore("queue", { keyPath: "id", autoIncrement: true });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}
const base = await opened();
function within(store, mode, work) {
  return new Promise((resolve, reject) => {
    const change = base.transaction(store, mode);
    const asked = work(change.objectStore(store));
    change.oncomplete = () => resolve(asked?.result);
    change.onabort = () => reject(change.error);
  });
}
const put = (store, ...value) => within(store, "readwrite", (each) => each.put(...value));
const drop = (store, key) => within(store, "readwrite", (each) => each.delete(key));
async function waiting() {
  const all = await within("queue", "readonly", (each) => each.getAll());
  return all.filter((each) => each.reader === words.reader);
}

const pathOf = (form) => new URL(form.action).pathname;
const draftKey = (form) => `${words.reader}:${pathOf(form)}:${form.elements.about?.value ?? ""}`;
const formAt = (entry) =>
  [...page.querySelectorAll("form[data-field]")].find((form) => entry.draft === draftKey(form));

function typed(form) {
  const found = {};
  for (const control of form.elements) {
    if (!textual(control)) continue;
    if (control.type !== "radio") found[control.name] = control.value;
    else if (control.checked) found[control.name] = control.value;
  }
  return found;
}

function fill(form, values) {
  for (const control of form.elements) {
    if (!(control.name in values) || !(textual(control) || control.name === "revision")) continue;
    if (control.type === "radio") control.checked = control.value === String(values[control.name]);
    else control.value = values[control.name] ?? "";
  }
  form.closest("details")?.setAttribute("open", "");
}

async function keepDraft(form) {
  const revision = form.elements.revision?.value;
  await put("drafts", { values: typed(form), revision }, draftKey(form));
  say(words.wordsTyped);
}

// Photos have a place of their own, so that they are not written again with each letter.
const photosKey = (form) => `${draftKey(form)}:photos`;
function photosOf(form) {
  const chosen = [...(form.elements.photos?.files ?? [])].filter((each) => each.size);
  return chosen.map((each) => ({ name: each.name, blob: each.slice(0, each.size, each.type) }));
}

async function keepPhotos(form) {
  await put("drafts", photosOf(form), photosKey(form));
  say(words.wordsTyped);
}

function choosePhotos(form, photos) {
  if (!form.elements.photos || !photos?.length) return;
  const held = new DataTransfer();
  for (const { name, blob } of photos) held.items.add(new File([blob], name, { type: blob.type }));
  form.elements.photos.files = held.files;
  form.closest("details")?.setAttribute("open", "");
}

async function queue(form) {
  const fields = [];
  const files = photosOf(form);
  for (const [name, value] of new FormData(form)) {
    if (name !== "csrfmiddlewaretoken" && !(value instanceof File)) fields.push([name, value]);
  }
  const entry = { reader: words.reader, draft: draftKey(form), address: pathOf(form) };
  await put("queue", { ...entry, label: form.dataset.field, fields, files, state: "waits" });
  await drop("drafts", draftKey(form));
  await drop("drafts", photosKey(form));
  if (form.elements.key) {
    form.reset();
    form.elements.key.value = newKey();
  }
}

function post(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const file of entry.files) body.append("photos", file.blob, file.name);
  const headers = { "X-CSRFToken": token(), "Timshel-Fieldwork": "1" };
  return fetch(entry.address, { method: "POST", body, headers });
}

async function send(entry) {
  let answer = await post(entry);
  if (answer.status === 403) {
    // A page that was kept, or stood open over a new sign-in, holds a token of an earlier one.
    const { isSignedOut, fresh } = await freshPage();
    if (isSignedOut) return { state: "signed-out" };
    if (fresh) {
      takeToken(fresh);
      answer = await post(entry);
    }
  }
  if (answer.redirected || answer.status === 401) return { state: "signed-out" };
  if (answer.status >= 500 || answer.status === 429) return { state: "waits" };
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return { state: "sent", ...told };
  return { state: told.stored ? "conflict" : "refused", ...told };
}

// What was written after it, to the same place, follows the new state of it.
async function follow(entry, revision) {
  const set = (fields) =>
    fields.map(([name, value]) => [name, name === "revision" ? String(revision) : value]);
  for (const later of await waiting()) {
    if (later.draft === entry.draft) await put("queue", { ...later, fields: set(later.fields) });
  }
  const form = formAt(entry);
  if (form?.elements.revision) form.elements.revision.value = revision;
}

let isSending = false;
async function flush() {
  if (isSending) return;
  isSending = true;
  let sent = 0;
  try {
    for (const { id } of await waiting()) {
      const entry = await within("queue", "readonly", (each) => each.get(id));
      if (entry?.state !== "waits") continue;
      const answer = await send(entry);
      signIn.hidden = answer.state !== "signed-out";
      if (answer.state === "signed-out") return say(words.wordsSignIn);
      if (answer.state === "waits") return say(words.wordsKept);
      if (answer.state === "sent") {
        await drop("queue", id);
        if (answer.revision) await follow(entry, answer.revision);
        sent += 1;
      } else await put("queue", { ...entry, ...answer });
    }
  } catch {
    return say(words.wordsKept);
  } finally {
    isSending = false;
    await show();
  }
  if (!sent) return null;
  say(words.wordsSaved);
  return refresh();
}

// A copy of the page as it is now, which is kept as well, and whether that takes signing in.
async function freshPage() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return { isSignedOut: Boolean(answer?.redirected) };
  const kept = answer.clone();
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  // Somebody else may have signed in meanwhile, in another window of this browser.
  const reader = fresh.getElementById("fieldwork")?.dataset.reader;
  if (reader !== words.reader) return { isSignedOut: true };
  await keepPage(kept).catch(() => {}); // a full disk keeps nothing, and hinders nobody
  return { fresh };
}

// What the worker beside the page opens without a connection: the page, and what it is drawn with.
async function keepPage(answer) {
  if (!globalThis.caches) return;
  const name = `${KEPT}${words.reader}:${location.pathname}`;
  const others = (await caches.keys()).filter((each) => each.startsWith(KEPT) && each !== name);
  const mine = others.filter((each) => each.startsWith(`${KEPT}${words.reader}:`));
  const dated = await Promise.all(mine.map(async (each) => [await readAt(each), each]));
  const newest = dated.sort(([one], [other]) => other - one).slice(0, MOST_PAGES - 1);
  const stays = new Set(newest.map(([, each]) => each));
  await Promise.all(others.filter((each) => !stays.has(each)).map((each) => caches.delete(each)));
  const used = performance.getEntriesByType("resource").map((each) => each.name);
  const parts = new Set(used.filter((each) => each.startsWith(STATIC)));
  const kept = await caches.open(name);
  for (const { url } of await kept.keys()) if (!parts.delete(url)) await kept.delete(url);
  await kept.addAll([...parts]);
  await kept.put(location.pathname, answer);
}

// When the page of a cache was read from the server, in milliseconds.
async function readAt(name) {
  const kept = await (await caches.open(name)).match(name.split(":").at(-1), { ignoreVary: true });
  return Date.parse(kept?.headers.get("Date") ?? "") || 0;
}

function takeToken(fresh) {
  const given = fresh.querySelector("#fieldwork input[name=csrfmiddlewaretoken]")?.value;
  for (const each of page.querySelectorAll("input[name=csrfmiddlewaretoken]")) {
    if (given) each.value = given;
  }
}

// Lists that nobody writes in are taken from a fresh copy of the page.
async function refresh() {
  const { fresh } = await freshPage();
  if (!fresh) return;
  for (const part of page.querySelectorAll("[data-fresh]")) {
    const found = fresh.getElementById(part.id);
    if (!found || part.querySelector("details[open]")) continue;
    part.replaceChildren(...found.childNodes);
    await restore(part);
  }
}

function button(sentence, work) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn";
  made.textContent = sentence;
  made.addEventListener("click", work);
  return made;
}

function line(entry) {
  const made = document.createElement("li");
  const said = entry.state === "waits" ? words.wordsKept : entry.message || words.wordsRefused;
  made.append(`${entry.label}: ${said}`);
  if (entry.state === "waits") return made;
  const mine = Object.fromEntries(entry.fields);
  const form = formAt(entry);
  const leave = async (values) => {
    if (form && values) {
      fill(form, values);
      choosePhotos(form, [...photosOf(form), ...entry.files]);
      await keepDraft(form);
      await keepPhotos(form);
    }
    await drop("queue", entry.id);
    await show();
  };
  if (entry.stored) {
    for (const [title, from] of [[words.wordsStored, entry.stored], [words.wordsYours, mine]]) {
      const part = document.createElement("p");
      const texts = ["spoken_with", "text", "answer", "notes", "evidence"].map((name) => from[name]);
      part.textContent = `${title} ${texts.filter(Boolean).join(" · ")}`;
      made.append(part);
    }
    made.append(button(words.wordsBoth, () => leave(together(entry.stored, mine))));
  } else if (form && !entry.kept) {
    // Something else may have been written into the form meanwhile.
    made.append(button(words.wordsBack, () => leave(together(typed(form), mine))));
  }
  made.append(button(words.wordsDrop, () => leave(null)));
  return made;
}

// What both say stands once; what they say differently stands one after the other.
const JOINTS = { text: "\n\n", notes: "\n\n", evidence: "\n\n", spoken_with: ", ", caption: ", " };
function together(first, mine) {
  const found = { ...mine };
  if (first.revision) found.revision = first.revision;
  for (const [name, joint] of Object.entries(JOINTS)) {
    const texts = [...new Set([first[name], mine[name]].filter(Boolean))];
    if (texts.length) found[name] = texts.join(joint);
  }
  return found;
}

async function show() {
  list.replaceChildren(...(await waiting()).map(line));
}

async function restore(part) {
  for (const form of part.querySelectorAll("form[data-field]")) {
    const [draft, photos] = await Promise.all(
      [draftKey(form), photosKey(form)].map((key) =>
        within("drafts", "readonly", (each) => each.get(key)),
      ),
    );
    choosePhotos(form, photos);
    if (draft || photos?.length) say(words.wordsTyped);
    if (!draft) continue;
    // With the state that was read then, so that what came in between is noticed.
    fill(form, draft.revision ? { ...draft.values, revision: draft.revision } : draft.values);
  }
}

page.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-field]");
  if (!form) return;
  if (textual(event.target)) keepDraft(form);
  if (event.target.type === "file") keepPhotos(form);
});
page.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-field]");
  if (!form) return;
  event.preventDefault();
  queue(form)
    .then(show)
    .then(flush)
    .catch(() => form.submit());
});
addEventListener("online", flush);
setInterval(flush, AGAIN);
navigator.serviceWorker?.register(words.worker, { scope: location.pathname }).catch(() => {});
await restore(page);
await show();
await flush();
await freshPage();
