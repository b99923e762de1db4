/** Logs and messages of a bot that goes to another team. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/core/db";
import { createTelemetryJobs } from "@/lib/fleet/telemetry/jobs";
import { createIndexStore } from "@/lib/fleet/telemetry/search/store.index";
import { parseSearch } from "@/lib/fleet/telemetry/search/tokenize";
import { createIngestStore } from "@/lib/fleet/telemetry/store.hot";
import { createReader } from "@/lib/fleet/telemetry/store.read";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, aLog, clearTelemetry, readAll, storedCommands, telemetryRoom } from "@/tests/db/telemetry";
import { createRetentionStore } from "./store";
import { createPolicyStore } from "./store.policy";

describe.each(databases)("telemetry of a bot that goes to another team on $provider", (kind) => {
  let database: TestDatabase;
  const store = createIngestStore();
  const logs = createReader("log");
  const chores = createTelemetryJobs({
    ...{ index: createIndexStore(), retention: createRetentionStore(), policy: createPolicyStore() },
    ...{ commands: storedCommands, now: Date.now },
  });
  const { service } = telemetryRoom();
  const put = (bot_id: string, text: string, rows: number) =>
    store.addLogs({ bot_id, at: Date.now(), rows: Array.from({ length: rows }, () => aLog(text)) });
  /** How many logs a team finds in the list, and by a word. */
  const seen = async (team: number) => {
    const visible = { teams: [team], bots: [] };
    const [whole, found] = [{ visible }, { visible, search: parseSearch("harbour") }];
    return [(await readAll(logs, whole)).rows.length, (await readAll(logs, found)).rows.length];
  };
  const move = () => db().run("UPDATE bot SET owner_id = 2 WHERE id = 'ada'");

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(async () => {
    await clearTelemetry();
    for (const table of ["bot", "bot_move", "command"]) await db().run(`DELETE FROM ${table}`);
    await addOwnedBots();
  });
  afterAll(() => database.close());

  it("is found by that team and no longer by the one before, indexed or not, however often it is moved", async () => {
    await put("ada", "ships in the harbour", 350);
    await put("bob", "ships in the harbour", 5);
    await chores.catchUp();
    await put("ada", "still not indexed: harbour", 20);
    await move();
    await put("ada", "sent after the move: harbour", 3);
    await chores.moveRows("ada");
    expect([await seen(1), await seen(2)]).toEqual([
      [0, 0],
      [378, 378],
    ]);
    await chores.catchUp();
    await chores.moveRows("ada");
    expect([await seen(1), await seen(2)]).toEqual([
      [0, 0],
      [378, 378],
    ]);
    expect(await db().all("SELECT count(*) AS n FROM log_fts")).toEqual([{ n: 378 }]);
  });

  it("is in no list over several bots while it names the previous team, except those of staff", async () => {
    await put("ada", "ships in the harbour", 3);
    await move();
    await db().run("INSERT INTO bot_move (bot_id, at) VALUES ('ada', 1)");
    const count = async (user: number, role?: "admin") =>
      (await service.listLogs(actor(user, role), { limit: 10 } as never)).logs.length;
    expect([await count(1), await count(2), await count(9, "admin")]).toEqual([0, 0, 3]);
  });
});
