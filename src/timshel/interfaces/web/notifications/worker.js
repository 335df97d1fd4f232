// Listens for push messages while no page is open, shows each, and opens what it is about.

self.addEventListener("push", (event) => {
  let told;
  try {
    told = event.data.json();
  } catch {
    return;
  }
  const shown = self.registration.showNotification(told.title, {
    body: told.body,
    tag: told.tag,
    lang: told.lang,
    icon: "img/mark.svg",
    data: { address: told.address },
  });
  event.waitUntil(shown);
});

// Only pages of this very server are opened, whatever the message says.
function pageOf(address) {
  const page = new URL(address || "/notifications", self.location.origin);
  return page.origin === self.location.origin ? page.href : self.location.origin;
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const page = pageOf(event.notification.data?.address);
  const opened = self.clients
    .matchAll({ type: "window", includeUncontrolled: true })
    .then((windows) => {
      const open = windows.find((each) => each.url === page);
      return open ? open.focus() : self.clients.openWindow(page);
    });
  event.waitUntil(opened);
});
