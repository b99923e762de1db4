import { plainPage } from "./plain-page";

/** Inline styles are all that the page needs. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'";
const RELOAD_S = 5;
const PAGE = plainPage({
  title: "Muster cannot be reached",
  text: `Either this device is offline or the server is not responding. Your bots may be running all the same. This page tries again every ${RELOAD_S} seconds.`,
  reloadS: RELOAD_S,
});

/**
 * The part of the console's service worker that answers when the server does not: a page that is opened or reloaded shows
 * why, and opens by itself once the server is back, in place of the error page of the browser or of a proxy. It stores no
 * page, because a page of the console holds what only its person may see.
 */
export const OFFLINE_WORKER = `
const offline = () =>
  new Response(${JSON.stringify(PAGE).replaceAll("</", "<\\/")}, {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": ${JSON.stringify(POLICY)} },
  });

self.addEventListener("fetch", (event) => {
  const { mode, method, url } = event.request;
  // Programs and downloads read the errors of the API as they are.
  if (mode !== "navigate" || method !== "GET" || new URL(url).pathname.startsWith("/api/")) return;
  const page = async () => {
    try {
      const answer = (await event.preloadResponse) || (await fetch(event.request));
      return answer.status === 502 || answer.status === 504 ? offline() : answer;
    } catch {
      return offline();
    }
  };
  event.respondWith(page());
});
`;
