/** The server that this worker's tests talk to: each worker has one of its own, so files that run side by side do not meet. */
import { inject } from "vitest";

export type TestServer = { url: string; mailbox: string; cors: string; database: string; databaseUrl: string };

declare module "vitest" {
  export interface ProvidedContext {
    servers: TestServer[];
  }
}

/** @throws Error in a run that has more workers than servers */
export function theServer(): TestServer {
  const worker = Number(process.env.VITEST_POOL_ID);
  const server = inject("servers")[worker - 1];
  if (!server)
    throw new Error(`Worker ${worker} has no server: tests/server.ts starts as many as vitest.config.ts has workers`);
  return server;
}
