// Keeps the offline roster of one shift: its page and what the page is made of, nothing else.
"use strict";
const page = new URL("../offline", self.location).pathname;
const cacheName = "linli-roster " + page;

const keep = async (paths) => (await caches.open(cacheName)).addAll(paths);

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { keep: paths, forget } = event.data;
  const done = forget ? caches.delete(cacheName) : keep(paths);
  event.waitUntil(done.then(
    () => event.source.postMessage({ kept: !forget }),
    () => event.source.postMessage({ kept: false }),
  ));
});
// The network first, so that what is old is shown only where there is none.
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  event.respondWith(fetch(event.request).catch(async (error) => {
    const kept = await (await caches.open(cacheName)).match(event.request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }));
});
