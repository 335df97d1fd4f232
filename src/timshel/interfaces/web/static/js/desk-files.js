// Files at the record: sent as soon as they are chosen, pasted or dropped, with their progress;
// pictures and texts looked at in the page; and printing.

const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

function line(list, name) {
  const entry = document.createElement("li");
  entry.className = "file upload";
  const label = document.createElement("span");
  label.className = "file-name";
  label.textContent = name;
  const bar = document.createElement("progress");
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  entry.append(label, bar);
  list.append(entry);
  list.hidden = false;
  return { entry, bar };
}

function kept(entry, file, place) {
  const box = document.createElement("input");
  box.type = "hidden";
  box.name = "kept_file";
  box.value = file.note;
  const remove = document.createElement("button");
  remove.type = "button";
  remove.className = "icon-button upload-remove";
  remove.textContent = "×";
  remove.setAttribute("aria-label", `${place.dataset.wordsRemove}: ${file.name}`);
  remove.addEventListener("click", () => entry.remove());
  entry.querySelector("progress").remove();
  entry.append(box, remove);
}

function send(place, file) {
  const list = place.querySelector("ul[id$=_list]");
  const { entry, bar } = line(list, file.name);
  const body = new FormData();
  body.append("files", file, file.name);
  body.append("csrfmiddlewaretoken", token());
  const request = new XMLHttpRequest();
  request.open("POST", place.dataset.upload);
  request.setRequestHeader("X-CSRFToken", token());
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
  });
  request.addEventListener("loadend", () => {
    let told = {};
    try {
      told = JSON.parse(request.responseText);
    } catch {
      // Nothing arrived, or no answer of ours.
    }
    if (request.status === 200 && told.files) return kept(entry, told.files[0], place);
    bar.remove();
    entry.classList.add("upload-failed");
    entry.append(` ${told.message ?? place.dataset.wordsFailed}`);
    return null;
  });
  request.send(body);
}

for (const place of document.querySelectorAll("[data-upload]")) {
  const input = place.querySelector("input[type=file]");
  const form = place.closest("form");
  const area = form.querySelector("textarea");
  // The list is ours: the page's own would be written over it.
  delete input.dataset.fileList;
  input.addEventListener("change", (event) => {
    event.stopPropagation();
    for (const file of input.files) send(place, file);
    input.value = "";
  });
  area.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) send(place, file);
  });
  form.addEventListener("dragover", (event) => {
    if (![...event.dataTransfer.types].includes("Files")) return;
    event.preventDefault();
    form.dataset.over = "";
  });
  form.addEventListener("dragleave", () => delete form.dataset.over);
  form.addEventListener("drop", (event) => {
    delete form.dataset.over;
    const files = [...event.dataTransfer.files];
    if (!files.length) return;
    event.preventDefault();
    for (const file of files) send(place, file);
  });
}

// A look at a file; without a dialog the link opens it.
const viewer = document.getElementById("viewer");
document.addEventListener("click", async (event) => {
  const link = event.target.closest("[data-preview]");
  if (!link || !viewer?.showModal || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const body = viewer.querySelector("[data-viewer-body]");
  document.getElementById("viewer-name").textContent = link.dataset.name;
  if (link.dataset.preview === "text/plain") {
    const shown = document.createElement("pre");
    shown.tabIndex = 0;
    body.replaceChildren(shown);
    const answer = await fetch(link.href);
    shown.textContent = await answer.text();
  } else {
    const shown = document.createElement("img");
    shown.src = link.href;
    shown.alt = link.dataset.name;
    body.replaceChildren(shown);
  }
  viewer.showModal();
});
viewer?.addEventListener("click", (event) => event.target === viewer && viewer.close());

// Printing: what the requester may read, or the internal notes, too.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (!button) return;
  button.closest("details").open = false;
  document.documentElement.dataset.printing = button.dataset.print;
  window.print();
});
