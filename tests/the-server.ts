/**
 * The server that the tests of this file talk to. Each test file that imports this module has a server of its own, with an
 * empty database: no test depends on what another file left behind, nor on the order in which the files run.
 */
import { afterAll, inject } from "vitest";

export type TestServer = { url: string; mailbox: string; cors: string; database: string; databaseUrl: string };

declare module "vitest" {
  export interface ProvidedContext {
    /** The address at which tests/server.ts hands out servers and takes them back. */
    serverDesk: string;
  }
}

async function ask(method: "POST" | "DELETE", query = "") {
  const response = await fetch(`${inject("serverDesk")}/${query}`, { method });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

const server: TestServer = await ask("POST");
afterAll(async () => {
  await ask("DELETE", `?url=${encodeURIComponent(server.url)}`);
});

export const theServer = (): TestServer => server;
