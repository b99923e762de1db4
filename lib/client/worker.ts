/** The console's service worker, which shows pushes, and a page of its own while the server is away. */

/** @throws TypeError where the browser or the connection does not allow service workers */
export const registerWorker = () => navigator.serviceWorker.register("/sw.js", { scope: "/" });

/** Gives up silently, because the console works without it. The next load of a page tries again. */
export function keepWorker(): void {
  if ("serviceWorker" in navigator) void registerWorker().catch(() => {});
}
