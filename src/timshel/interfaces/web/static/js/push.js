// Lets a browser be told while no page is open, and no longer. Only the page of preferences needs it.

const section = document.querySelector("[data-push]");
const find = (name) => section.querySelector(`[data-push-${name}]`);
const show = (name, isShown) => {
  find(name).hidden = !isShown;
};
const SCOPE = new URL(".", new URL(section.dataset.worker, location.href)).pathname;

function bytesOf(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

// A name by which people tell their browsers apart; no more than that is kept.
function nameOfDevice() {
  const agent = navigator.userAgent;
  const browser = ["Edg", "OPR", "Firefox", "Chrome", "Safari"].find((each) => agent.includes(each));
  const system = ["Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux"].find((each) =>
    agent.includes(each),
  );
  const named = { Edg: "Edge", OPR: "Opera", "Mac OS X": "macOS", CrOS: "ChromeOS" };
  return [browser, system].filter(Boolean).map((each) => named[each] ?? each).join(" · ");
}

async function send(address, body) {
  const token = section.querySelector("[name=csrfmiddlewaretoken]").value;
  const response = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    const answer = await response.json().catch(() => ({}));
    throw new Error(answer.message ?? "");
  }
}

async function subscription() {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  return registration ? registration.pushManager.getSubscription() : null;
}

async function active(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (!registration.active && worker) {
    await new Promise((resolve) => {
      worker.addEventListener("statechange", () => worker.state === "activated" && resolve());
    });
  }
  return registration;
}

async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") {
    show("denied", true);
    return;
  }
  const registered = await navigator.serviceWorker.register(section.dataset.worker, { scope: SCOPE });
  const registration = await active(registered);
  const options = { userVisibleOnly: true, applicationServerKey: bytesOf(section.dataset.key) };
  const found = await registration.pushManager.subscribe(options);
  await send(section.dataset.add, { ...found.toJSON(), name: nameOfDevice() });
  location.reload();
}

async function turnOff() {
  const found = await subscription();
  if (!found) return;
  await send(section.dataset.forget, { endpoint: found.endpoint });
  await found.unsubscribe();
  location.reload();
}

async function guarded(work) {
  show("error", false);
  try {
    await work();
  } catch (error) {
    if (error.message) find("error").textContent = error.message;
    show("error", true);
  }
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  show("missing", false);
  const isDenied = Notification.permission === "denied";
  const isOn = Boolean(await subscription());
  show("form", true);
  show("denied", isDenied);
  show("on", !isOn && !isDenied);
  show("off", isOn);
  find("on").addEventListener("click", () => guarded(turnOn));
  find("off").addEventListener("click", () => guarded(turnOff));
}
