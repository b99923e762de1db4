/** Passes the API document to Next's page. That page must not import the route files, or Next would bundle them. */
import { singleton } from "@/lib/core/singleton";

const holder = singleton("apiDocument", () => ({ read: undefined as (() => Promise<unknown>) | undefined }));

export function publishApiDocument(read: () => Promise<unknown>): void {
  holder.read = read;
}

/** @throws Error when a page is rendered without server.ts */
export async function apiDocument(): Promise<unknown> {
  if (!holder.read) throw new Error("The API document needs the server: start Muster with server.ts");
  return holder.read();
}
