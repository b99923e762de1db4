/**
 * The app of this process, for Next's pages: Next bundles its own copy of every module, so only globalThis carries what
 * server.ts built to a page. Everything else is handed the app as an argument.
 */
import type { App } from "./app";
import { singleton } from "./core/singleton";

const holder = singleton("app", () => ({ app: undefined as App | undefined }));

export function publishApp(app: App): void {
  holder.app = app;
}

/** @throws Error when a page is rendered without server.ts */
export function builtApp(): App {
  if (!holder.app) throw new Error("Pages need the server: start Muster with server.ts");
  return holder.app;
}
