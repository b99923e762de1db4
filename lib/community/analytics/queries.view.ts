/** The note of which part of the console is looked at. */
import { trackPageView } from "@/generated/calls/community/analytics";
import { pageHeaders } from "@/lib/client/session";

type Wishes = Navigator & { globalPrivacyControl?: boolean };

/**
 * Reports to the server which feature of the console was opened: two words of the address. Nothing is sent for people
 * who ask not to be tracked.
 */
export function sendView(pathname: string): void {
  const { doNotTrack, globalPrivacyControl } = navigator as Wishes;
  if (doNotTrack === "1" || globalPrivacyControl) return;
  const path = `/${pathname.split("/").filter(Boolean).slice(0, 2).join("/")}`;
  // Do not use request(): a failed report must not lead to the sign-in page.
  void fetch(trackPageView.path, {
    method: trackPageView.method,
    keepalive: true,
    headers: { "content-type": "application/json", ...pageHeaders() },
    body: JSON.stringify({ path }),
  })
    // Read the response to its end, because the browser otherwise keeps the request open.
    .then((reply) => reply.text())
    .catch(() => {});
}
