/**
 * Kills the server (SIGKILL) between two flushes. What it had counted for charts is lost with its memory, and must be counted
 * again from the rows, exactly once.
 */
import { expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { endedSince, queuedSince } from "@/lib/fleet/commands";
import { createCollector } from "@/lib/fleet/series/collector";
import { COUNTS } from "@/lib/fleet/series/contract.constants";
import { createRecovery } from "@/lib/fleet/series/recovery";
import { MINUTE } from "@/lib/fleet/series/steps";
import { createSeriesStore } from "@/lib/fleet/series/store";
import { createWriterStore } from "@/lib/fleet/series/store.writers";
import { createWriter } from "@/lib/fleet/series/writer";
import { storedSince } from "@/lib/fleet/telemetry";
import { Api } from "./api";
import { databases } from "./db/databases";
import { openRoom } from "./db/rooms";
import { eventually } from "./eventually";
import { API_TOKEN, removeFolder, startServer, temporaryFolder } from "./process";

const BURSTS = 20;
const MINUTE_MS = 60_000;
const NAMES = ["logs.info", "messages", "commands.queued", "commands.completed"] as const;

/** Sums what the series of a bot count. */
async function counted(botId: string): Promise<Record<string, number>> {
  const sums = Object.fromEntries(NAMES.map((name) => [name, 0]));
  const rows = await db().all<{ slot: number }>("SELECT DISTINCT slot FROM series WHERE step = $1", [MINUTE.seconds]);
  const slots = rows.map(({ slot }) => slot * MINUTE.perRow);
  const range = [Math.min(...slots), Math.max(...slots) + MINUTE.perRow - 1] as const;
  await createSeriesStore().read(MINUTE, [botId], range, ({ counts }) => {
    for (const name of NAMES) sums[name]! += counts.get(COUNTS[name]) ?? 0;
  });
  return sums;
}

it("counts again what a killed server had not stored", { timeout: 180_000 }, async () => {
  const folder = temporaryFolder();
  const kind = databases.at(-1)!;
  const database = await kind.open();
  const server = await startServer({ DATA_DIR: folder, DATABASE_URL: database.url });
  try {
    const admin = new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
    const made = (await admin.send("POST /api/my-bots", { body: { name: "counted" } })).json;
    const params = { bot_id: made.bot_id };
    const bot = new Api(server.url, { authorization: `Bearer ${made.token}` });
    const stored = { "logs.info": 0, messages: 0, "commands.queued": 0, "commands.completed": 0 };
    async function burst() {
      await bot.send("POST /api/bot/{bot_id}/logs", { params, body: [{ message: "one" }, { message: "two" }] });
      const message = { message: "m", author_id: "1", author_name: "a", thread_id: "t", thread_type: "GROUP" };
      await bot.send("POST /api/bot/{bot_id}/messages", { params, body: message });
      await admin.send("POST /api/commands", { body: { ...params, type: "work" } });
      const { json } = await bot.send("GET /api/bot/{bot_id}/commands", { params, query: { lease: 60 } });
      for (const { id } of json.commands)
        await bot.send("POST /api/commands/{command_id}/ack", {
          params: { command_id: id },
          body: { status: "completed", result: {} },
        });
      stored["logs.info"] += 2;
      for (const name of ["messages", "commands.queued", "commands.completed"] as const) stored[name]++;
    }
    await burst();
    const shown = () => admin.send("GET /api/series", { query: { ...params, names: "logs.info", from: "1h" } });
    await eventually(shown, ({ json }) => json.series[0].values.includes(2));
    for (let sent = 0; sent < BURSTS; sent++) await burst();
    await server.kill();

    const room = await openRoom({ ...kind, open: async () => database });
    try {
      let at = Date.now();
      const now = () => at;
      const [store, writers, collector] = [createSeriesStore(), createWriterStore(), createCollector()];
      const open = await writers.open();
      expect(open).toHaveLength(1);
      const writer = createWriter({ collector, store, writers, self: "next", now });
      await writer.start();
      const recover = createRecovery({
        sources: {
          logs: (span, each) => storedSince("log", span, each),
          messages: (span, each) => storedSince("message", span, each),
          ...{ queued: queuedSince, ended: endedSince },
        },
        ...{ store, writers, self: "next", current: writer.current, gone: async (all) => all, now },
      });
      await recover();
      at += 2 * MINUTE_MS;
      await writer.flush();
      for (let time = 0; time < 2; time++) await recover();
      expect(await counted(made.bot_id)).toEqual(stored);
      expect(await counted("")).toEqual(stored);
      expect((await writers.open()).map(({ id }) => id)).toEqual(["next.1"]);
    } finally {
      await room.close();
    }
  } finally {
    await server.kill();
    removeFolder(folder);
  }
});
