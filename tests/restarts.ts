/**
 * Restarts PostgreSQL twenty times under a running server. Writes during a restart get 503, everything recovers by itself,
 * and every write answered 200 is stored once.
 */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { Api, Json } from "./api";
import { aBot, aUser } from "./factories";
import { isFull } from "./full";
import { removeFolder, startServer, temporaryFolder } from "./process";
import { closeSockets, connected } from "./sockets";

const RESTARTS = 20;
const BOTS = 6;

const execute = promisify(execFile);

/** A PostgreSQL for this test only, because restarts would break other tests. */
async function cluster() {
  const run = (verb: string, env = {}) =>
    execute(process.execPath, ["scripts/postgres.mjs", verb], { env: { ...process.env, ...env } });
  const [, url, folder] = /TEST_POSTGRES_URL=(\S+) POSTGRES_FOLDER=(\S+)/.exec((await run("start")).stdout)!;
  const env = { POSTGRES_FOLDER: folder };
  return { url: url!, restart: () => run("restart", env), stop: () => run("stop", env) };
}

/** Registers the test in the full run that has PostgreSQL. */
export function postgresRestarts(): void {
  if (!process.env.TEST_POSTGRES_URL || !isFull) return;
  it(`PostgreSQL restarts ${RESTARTS} times: writers are confirmed to come back, and nothing is lost`, async () => {
    const postgres = await cluster();
    const folder = temporaryFolder();
    const server = await startServer({ DATA_DIR: folder, DATABASE_URL: postgres.url });
    try {
      const ada = await aUser("user", server.url);
      const bots = await Promise.all(Array.from({ length: BOTS }, () => aBot(ada)));
      const page = await connected({ token: ada.jwt, url: server.url });
      const confirmed = { logs: [] as string[], sent: [] as string[], acked: [] as string[] };
      const unexpected: string[] = [];
      let refusals = 0;
      let over = false;
      const call = async (api: Api, line: string, input: Json) => {
        const { status, text, headers, json } = await api.send(line, input);
        if (status === 200) return json;
        if (status !== 503 || !headers.get("retry-after")) unexpected.push(`${line}: ${status} ${text.slice(0, 200)}`);
        refusals++;
        await new Promise((resolve) => setTimeout(resolve, 20));
      };
      const life = bots.map(async ({ id, api }) => {
        const params = { bot_id: id };
        for (let round = 0; !over; round++) {
          const message = `${id}/${round}`;
          if (await call(api, "POST /api/bot/{bot_id}/logs", { params, body: { message } }))
            confirmed.logs.push(message);
          const sent = await call(ada.api, "POST /api/commands", { body: { bot_id: id, type: "work" } });
          if (sent) confirmed.sent.push(sent.command.id);
          const polled = await call(api, "GET /api/bot/{bot_id}/commands", { params, query: { lease: 2 } });
          for (const { id: command_id } of polled?.commands ?? [])
            if (await call(api, "POST /api/commands/{command_id}/ack", { params: { command_id }, body: {} }))
              confirmed.acked.push(command_id);
          // Also check a write by Prisma.
          await call(ada.api, "GET /api/auth/api-keys", {});
          await call(ada.api, "GET /api/auth/sessions", {});
        }
      });
      for (let n = 0; n < RESTARTS; n++) {
        const before = confirmed.logs.length;
        await postgres.restart();
        // The server must recover with no other requests than those of the bots.
        await expect.poll(() => confirmed.logs.length).toBeGreaterThan(before + BOTS);
      }
      over = true;
      await Promise.all(life);
      expect(unexpected).toEqual([]);
      expect(refusals).toBeGreaterThan(0);
      expect(page.client.connected).toBe(true);

      // Commands leased when the database stopped return, so finally every command is settled.
      const open = async () => {
        for (const { id, api } of bots) {
          const { json } = await api.send("GET /api/bot/{bot_id}/commands", {
            params: { bot_id: id },
            query: { lease: 2 },
          });
          for (const { id: command_id } of json.commands)
            await api.send("POST /api/commands/{command_id}/ack", { params: { command_id }, body: {} });
        }
        const { json } = await ada.api.send("GET /api/stats/overview");
        return json.pending_commands;
      };
      await expect.poll(open, { interval: 500 }).toBe(0);
      const stored: string[] = [];
      for (const { id } of bots)
        for (let cursor = ""; ; ) {
          const query = { bot_id: id, limit: "200", ...(cursor && { cursor }) };
          const { json } = await ada.api.send("GET /api/logs", { query });
          stored.push(...json.logs.map((log: Json) => log.message));
          cursor = json.next_cursor ?? "";
          if (!cursor) break;
        }
      expect(new Set(stored).size).toBe(stored.length);
      expect(confirmed.logs.filter((message) => !stored.includes(message))).toEqual([]);
      for (const command_id of confirmed.sent) {
        const { json } = await ada.api.send("GET /api/commands/{command_id}", { params: { command_id } });
        expect([command_id, json.command?.status]).toEqual([command_id, "completed"]);
      }
      expect(await server.stop()).toBe(0);
    } finally {
      closeSockets();
      await server.kill();
      await postgres.stop();
      removeFolder(folder);
    }
  }, 240_000);
}
