// Opens a page of fieldwork without a connection, as the page itself kept it; see fieldwork.js.
// Its scope is that page alone. Nothing is answered from what was kept while the server answers.

const KEPT = "timshel-fieldwork:";
const AS_OF = '<p id="field-as-of"';
const UNREACHABLE = [502, 503, 504];
const NOT_ANY_MORE = [403, 404];

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.mode === "navigate") event.respondWith(opened(request));
  else if (request.method === "GET" && request.url !== self.registration.scope) {
    event.respondWith(fetch(request).catch(() => found(request)));
  }
});

async function found(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? Response.error();
}

async function opened(request) {
  const answer = await fetch(request).catch(() => null);
  if (answer && NOT_ANY_MORE.includes(answer.status)) await forget(new URL(request.url).pathname);
  if (answer && !UNREACHABLE.includes(answer.status)) return answer;
  const kept = await caches.match(new URL(request.url).pathname, { ignoreVary: true });
  if (!kept) return answer ?? Response.error();
  const text = (await kept.text()).replace(`${AS_OF} hidden`, AS_OF);
  return new Response(text, { headers: kept.headers });
}

async function forget(path) {
  const names = (await caches.keys()).filter((each) => each.startsWith(KEPT));
  await Promise.all(names.filter((each) => each.endsWith(`:${path}`)).map((each) => caches.delete(each)));
}
