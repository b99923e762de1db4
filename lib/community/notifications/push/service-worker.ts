import { OFFLINE_WORKER } from "@/lib/core/format/offline-worker";

/**
 * The console's service worker, as text: it is served from the origin's root, shows pushes, and shows a page of its own
 * while the server is away. A new version takes over at once, and navigations do not wait for it to start. A click on a
 * push leads to the notification's page, in a window that is open already if there is one, and marks it as read.
 */
export const SERVICE_WORKER = `"use strict";
self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) =>
  event.waitUntil(Promise.all([self.clients.claim(), self.registration.navigationPreload?.enable()])),
);
${OFFLINE_WORKER}
const post = (path, body) =>
  fetch(path, {
    method: "POST",
    credentials: "same-origin",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

self.addEventListener("push", (event) => {
  let note = {};
  try {
    note = event.data.json();
  } catch {}
  event.waitUntil(
    self.registration.showNotification(note.title || "Muster", {
      body: note.body || "",
      tag: note.tag,
      renotify: Boolean(note.tag),
      timestamp: note.at,
      requireInteraction: note.priority === "high",
      data: { url: note.url, id: note.id },
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { url, id } = event.notification.data || {};
  const target = new URL(url || "/dashboard/inbox", self.location.origin);
  // Nothing but this console is opened, whatever a message says.
  if (target.origin !== self.location.origin) return;
  const open = async () => {
    const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    const there = windows.find((one) => one.url === target.href) || windows[0];
    if (!there) return self.clients.openWindow(target.href);
    await there.focus();
    if (there.url !== target.href) await there.navigate(target.href).catch(() => self.clients.openWindow(target.href));
  };
  const read = typeof id === "string" && id.startsWith("ntf_") ? post("/api/notifications/read", { ids: [id] }) : null;
  event.waitUntil(Promise.allSettled([open(), read]));
});

// A push service may replace an address of its own accord.
self.addEventListener("pushsubscriptionchange", (event) => {
  event.waitUntil(
    (async () => {
      const { public_key } = await (await fetch("/api/notifications/vapid-key", { credentials: "same-origin" })).json();
      const fresh =
        event.newSubscription ||
        (await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: public_key }));
      const { endpoint, keys } = fresh.toJSON();
      await post("/api/notifications/subscribe", { endpoint, keys });
      if (event.oldSubscription) await post("/api/notifications/unsubscribe", { endpoint: event.oldSubscription.endpoint });
    })(),
  );
});
`;
