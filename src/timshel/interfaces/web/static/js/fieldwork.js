// Writing on the spot, with or without a connection: what is typed is kept in this browser at once,
// what is sent waits in a queue until the server has it. Without a script the forms are sent as usual.

const page = document.getElementById("fieldwork");
const words = page.dataset;
const status = document.getElementById("field-status");
const list = document.getElementById("field-queue");
const AGAIN = 15000;
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

async function queue(form) {
  const fields = [];
  const files = [];
  for (const [name, value] of new FormData(form)) {
    if (name === "csrfmiddlewaretoken") continue;
    if (!(value instanceof File)) fields.push([name, value]);
    else if (value.size) files.push({ name: value.name, blob: value.slice(0, value.size, value.type) });
  }
  const entry = { reader: words.reader, draft: draftKey(form), address: pathOf(form) };
  await put("queue", { ...entry, label: form.dataset.field, fields, files, state: "waits" });
  await drop("drafts", draftKey(form));
  if (form.elements.key) {
    form.reset();
    form.elements.key.value = newKey();
  }
}

async function send(entry) {
  const body = new FormData();
  for (const [name, value] of entry.fields) body.append(name, value);
  for (const file of entry.files) body.append("photos", file.blob, file.name);
  const headers = { "X-CSRFToken": token(), "Timshel-Fieldwork": "1" };
  const answer = await fetch(entry.address, { method: "POST", body, headers });
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

// Lists that nobody writes in are taken from a fresh copy of the page.
async function refresh() {
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of page.querySelectorAll("[data-fresh]")) {
    const found = fresh.getElementById(part.id);
    if (found && !part.querySelector("details[open]")) part.replaceChildren(...found.childNodes);
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
      await keepDraft(form);
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
  } else if (form && !entry.files.length) {
    made.append(button(words.wordsBack, () => leave(mine)));
  }
  made.append(button(words.wordsDrop, () => leave(null)));
  return made;
}

function together(stored, mine) {
  const found = { ...mine, revision: stored.revision };
  for (const name of ["text", "notes", "evidence"]) {
    const texts = [...new Set([stored[name], mine[name]].filter(Boolean))];
    if (texts.length) found[name] = texts.join("\n\n");
  }
  return found;
}

async function show() {
  list.replaceChildren(...(await waiting()).map(line));
}

async function restore() {
  for (const form of page.querySelectorAll("form[data-field]")) {
    const draft = await within("drafts", "readonly", (each) => each.get(draftKey(form)));
    if (!draft) continue;
    // With the state that was read then, so that what came in between is noticed.
    fill(form, draft.revision ? { ...draft.values, revision: draft.revision } : draft.values);
    say(words.wordsTyped);
  }
}

page.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-field]");
  if (form && textual(event.target)) keepDraft(form);
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
await restore();
await show();
await flush();
