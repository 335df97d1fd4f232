// Writing at the record: drafts that are kept as typed, who else is here, what is put in after a
// sign, saved replies and quotes. Everything is a convenience: forms are sent without it, too.

const record = document.querySelector("[data-record]");
const composer = document.getElementById("composer");
const presence = document.getElementById("presence");
const words = composer?.dataset ?? {};
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

function post(address, fields, more = {}) {
  const body = new URLSearchParams({ ...fields, csrfmiddlewaretoken: token() });
  return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token() }, ...more });
}

// Drafts. The server keeps them; this browser only what could not reach it.
const PAUSE = 1200;
const AGAIN = 8000;

class Draft {
  constructor(form) {
    this.form = form;
    this.box = form.dataset.draft;
    this.text = form.querySelector("textarea");
    this.status = form.querySelector("[data-draft-status]");
    this.key = `timshel-draft:${record.dataset.reader}:${record.dataset.record}:${this.box}`;
    this.saved = this.text.value;
    this.restore();
    this.text.addEventListener("input", () => this.soon(PAUSE));
    form.addEventListener("submit", () => this.sent());
    addEventListener("online", () => this.soon(0));
  }
  say(sentence, kind = "") {
    this.status.textContent = sentence;
    this.status.dataset.kind = kind;
  }
  stored(text) {
    try {
      if (text === undefined) return localStorage.getItem(this.key);
      if (text) localStorage.setItem(this.key, text);
      else localStorage.removeItem(this.key);
    } catch {
      // A browser that keeps nothing leaves the draft to the server.
    }
    return null;
  }
  arrived() {
    // The page after a form that was sent says so; only then is the copy of it of no use.
    const waits = sessionStorage.getItem(`${this.key}:sent`) !== null;
    sessionStorage.removeItem(`${this.key}:sent`);
    return waits && document.querySelector("#notices .notice-success") !== null;
  }
  restore() {
    if (this.arrived()) return this.stored("");
    const kept = this.stored();
    if (!kept || kept === this.text.value) return this.stored("");
    if (this.form.querySelector(".field-error")) return null;
    this.text.value = kept;
    this.form.closest("details").open = true;
    this.say(words.wordsRestored, "offline");
    this.soon(0);
    return null;
  }
  soon(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), pause);
  }
  async save() {
    const text = this.text.value;
    if (this.isSent || text === this.saved) return;
    this.stored(text);
    this.request = new AbortController();
    try {
      const answer = await post(
        words.drafts,
        { box: this.box, text },
        { signal: this.request.signal },
      );
      if (!answer.ok || answer.redirected) throw new Error(`draft answered ${answer.status}`);
      this.saved = text;
      this.stored("");
      this.say(text.trim() ? words.wordsSaved : "", "saved");
    } catch {
      if (this.isSent) return;
      this.say(words.wordsOffline, "offline");
      this.soon(AGAIN);
    }
  }
  sent() {
    // What was sent may not arrive: it stays in this browser until a page says that it has.
    this.isSent = true;
    clearTimeout(this.timer);
    this.request?.abort();
    this.stored(this.text.value);
    sessionStorage.setItem(`${this.key}:sent`, "");
    setTimeout(() => (this.isSent = false), 8000);
  }
}

// What is typed in between is not lost with the page.
function flush(drafts) {
  for (const draft of drafts) {
    if (draft.isSent || draft.text.value === draft.saved) continue;
    draft.stored(draft.text.value);
    post(words.drafts, { box: draft.box, text: draft.text.value }, { keepalive: true })
      .then((answer) => answer.ok && draft.stored(""))
      .catch(() => {});
  }
}

// Presence: told every ten seconds, sooner while somebody else is here.
const BEAT = 10000;
const BEAT_TOGETHER = 4000;
const STILL_TYPING = 6000;
let typedIn = "";
let typedAt = 0;
let beat;

function typing() {
  return Date.now() - typedAt < STILL_TYPING ? typedIn : "";
}

function showPresent(people) {
  const shown = people.map(({ name, typing: box }) => {
    const line = document.createElement("p");
    line.className = box ? "presence-person presence-typing" : "presence-person";
    const face = document.createElement("span");
    face.className = "chip-face";
    face.ariaHidden = "true";
    const parts = name.split(/[\s-]+/);
    face.textContent = (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase();
    const said = document.createElement("span");
    const who = document.createElement("b");
    who.textContent = name;
    const data = presence.dataset;
    const what = box === "note" ? data.note : box === "reply" || box === "ask" ? data.reply : box ? data.step : data.here;
    said.append(who, ` ${what}`);
    line.append(face, said);
    return line;
  });
  // A screen reader is told of a change only.
  if (presence.textContent.replace(/\s+/g, "") === shown.map((line) => line.textContent).join("").replace(/\s+/g, "")) return;
  presence.replaceChildren(...shown);
}

async function tellPresence() {
  clearTimeout(beat);
  let pause = BEAT;
  if (!document.hidden) {
    try {
      const answer = await post(presence.dataset.presence, { typing: typing() });
      if (answer.ok && !answer.redirected) {
        const { present } = await answer.json();
        showPresent(present);
        if (present.length) pause = BEAT_TOGETHER;
      }
    } catch {
      // Without a connection nobody is told; the next beat tries again.
    }
  }
  clearTimeout(beat);
  beat = setTimeout(tellPresence, pause);
}

function typed(box) {
  const began = typing() !== box;
  typedIn = box;
  typedAt = Date.now();
  if (began) tellPresence();
}

// What a sign puts in: a list under the text, chosen by arrows and Enter or by a press.
const SIGNS = { "::": /(?:^|\s)::([\p{L}\p{N}-]{0,30})$/u, "??": /(?:^|\s)\?\?([^\n]{0,60})$/u, "@": /(?:^|[\s(])@([\p{L}\p{N}.-]{0,40})$/u };

class Suggestions {
  constructor(draft) {
    this.draft = draft;
    this.text = draft.text;
    this.isNote = draft.box === "note";
    this.list = draft.form.querySelector(".suggestions");
    this.text.setAttribute("aria-controls", this.list.id);
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.addEventListener("input", () => this.look());
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.text.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => {
      const option = event.target.closest("[role=option]");
      event.preventDefault();
      if (option) this.take(Number(option.dataset.place));
    });
  }
  found() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    for (const [sign, pattern] of Object.entries(SIGNS)) {
      if (sign === "@" && !this.isNote) continue;
      const match = before.match(pattern);
      if (match) return { sign, begins: match[1], start: before.length - match[1].length - sign.length };
    }
    return null;
  }
  async look() {
    const at = this.found();
    if (!at) return this.close();
    const asked = (this.asked = `${at.sign}${at.begins}`);
    const query = at.sign === "@" ? { q: at.begins } : { sign: at.sign, begins: at.begins, note: this.isNote ? "1" : "" };
    const address = at.sign === "@" ? words.mentions : words.suggest;
    try {
      const answer = await fetch(`${address}?${new URLSearchParams(query)}`);
      if (!answer.ok || asked !== this.asked) return null;
      const told = await answer.json();
      this.items = at.sign === "@" ? people(told) : told.items;
      this.show(told.nothing ?? "");
    } catch {
      this.close();
    }
    return null;
  }
  show(nothing) {
    this.chosen = 0;
    const lines = this.items.map((item, place) => {
      const line = document.createElement("div");
      line.role = "option";
      line.id = `${this.list.id}-${place}`;
      line.dataset.place = place;
      line.ariaSelected = String(place === 0);
      const name = document.createElement("b");
      name.textContent = item.label;
      const detail = document.createElement("span");
      detail.textContent = item.detail;
      const text = document.createElement("span");
      text.className = "suggestion-text";
      text.textContent = item.label === item.text.trim().slice(1) ? "" : item.text;
      line.append(name, " ", detail, text);
      return line;
    });
    if (!lines.length && nothing) {
      const line = document.createElement("p");
      line.textContent = nothing;
      lines.push(line);
    }
    this.list.replaceChildren(...lines);
    this.list.hidden = lines.length === 0;
    this.mark();
  }
  mark() {
    for (const [place, line] of [...this.list.querySelectorAll("[role=option]")].entries()) {
      line.ariaSelected = String(place === this.chosen);
      if (place === this.chosen) line.scrollIntoView({ block: "nearest" });
    }
    if (this.items?.length && !this.list.hidden) this.text.setAttribute("aria-activedescendant", `${this.list.id}-${this.chosen}`);
    else this.text.removeAttribute("aria-activedescendant");
  }
  key(event) {
    if (this.list.hidden) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      this.close();
    } else if (this.items.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.chosen = (this.chosen + step + this.items.length) % this.items.length;
      this.mark();
    } else if (this.items.length && (event.key === "Enter" || event.key === "Tab") && !event.ctrlKey) {
      this.take(this.chosen);
    } else return;
    event.preventDefault();
  }
  take(place) {
    const at = this.found();
    const item = this.items[place];
    this.close();
    if (!at || !item) return;
    this.text.setRangeText(item.text, at.start, this.text.selectionStart, "end");
    used(item.use);
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
  }
  close() {
    this.asked = "";
    this.items = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.mark();
  }
}

function people(told) {
  const found = told.people ?? told.items ?? [];
  return found.map((person) => ({ label: person.code, detail: `${person.name} · ${person.unit}`, text: `@${person.code} ` }));
}

function used(use) {
  if (use) post(words.replies.replace(/replies$/, "used"), { use }).catch(() => {});
}

function putIn(draft, text) {
  draft.form.closest("details").open = true;
  const area = draft.text;
  const gap = area.value && !area.value.endsWith("\n") ? "\n\n" : "";
  area.setRangeText(gap + text, area.value.length, area.value.length, "end");
  area.focus();
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

// Names of values that are still to be filled in are pointed out before they are sent.
function pointOutBlanks(form, text) {
  const blanks = [...new Set(text.value.match(/\{\{\s*[\w.]+\s*\}\}/g) ?? [])];
  let line = form.querySelector(".compose-blanks");
  if (!blanks.length) return line?.remove();
  if (!line) {
    line = document.createElement("p");
    line.className = "compose-blanks";
    line.setAttribute("role", "status");
    form.querySelector(".compose-tools").before(line);
  }
  const sentence = `${words.wordsBlank} ${blanks.join(", ")}`;
  if (line.textContent !== sentence) line.textContent = sentence;
  return null;
}

async function openReplies(link, draft) {
  const picker = draft.form.querySelector("[data-picker]");
  if (!picker.hidden) {
    picker.hidden = true;
    return;
  }
  const answer = await fetch(link.href, { headers: { "Timshel-Part": "1" } });
  if (!answer.ok) return location.assign(link.href);
  picker.innerHTML = await answer.text();
  picker.hidden = false;
  picker.querySelector("summary, a")?.focus();
  return null;
}

function quoted(entry) {
  const who = entry.querySelector(".entry-who")?.innerText.trim() ?? "";
  const lines = entry.querySelector(".entry-text").innerText.trim().split("\n");
  return `> ${who}:\n${lines.map((line) => `> ${line}`).join("\n")}\n\n`;
}

if (record && composer) {
  const drafts = [...composer.querySelectorAll("form[data-draft]")].map((form) => new Draft(form));
  const of = (element) => drafts.find((draft) => draft.form === element.closest("form"));
  for (const draft of drafts) {
    new Suggestions(draft);
    draft.text.addEventListener("input", () => {
      typed(draft.box);
      pointOutBlanks(draft.form, draft.text);
    });
    pointOutBlanks(draft.form, draft.text);
  }
  addEventListener("pagehide", () => flush(drafts));
  composer.addEventListener("click", (event) => {
    const open = event.target.closest("[data-open-replies]");
    const use = event.target.closest("[data-use]");
    if (!open && !use) return;
    event.preventDefault();
    const draft = of(event.target);
    if (open) openReplies(open, draft);
    else {
      draft.form.querySelector("[data-picker]").hidden = true;
      putIn(draft, use.dataset.text);
      used(use.dataset.use);
    }
  });
  record.addEventListener("click", (event) => {
    const button = event.target.closest("[data-quote]");
    if (!button) return;
    const opened = drafts.find((draft) => draft.form.closest("details").open);
    const notes = drafts.find((draft) => draft.box === "note");
    // What is internal is never put into what the requester reads.
    const draft = button.dataset.quote === "note" ? notes : (opened ?? drafts[0]);
    if (draft) putIn(draft, quoted(button.closest(".entry")));
  });
}

if (record && presence) {
  document.getElementById("step")?.addEventListener("input", () => typed("step"));
  document.addEventListener("visibilitychange", () => !document.hidden && tellPresence());
  addEventListener("pagehide", () => {
    post(presence.dataset.presence, { left: "1" }, { keepalive: true }).catch(() => {});
  });
  tellPresence();
}
