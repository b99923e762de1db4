import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Download } from "@/lib/core/format/rows-file";
import { exportLogs } from "@/lib/fleet/telemetry/contract.export";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { addOwnedBots, botActor, clearTelemetry, telemetryRoom } from "@/tests/db/telemetry";

const exportQuery = (over: Record<string, string> = {}) => exportLogs.query.parse(over);

async function text({ stream }: Download): Promise<string> {
  let whole = "";
  for await (const chunk of stream) whole += chunk;
  return whole;
}

describe.each(databases)("exports on $provider", (kind) => {
  let database: TestDatabase;
  const room = telemetryRoom();

  beforeAll(async () => {
    database = await openRoom(kind);
    await addOwnedBots();
  });
  beforeEach(async () => {
    await clearTelemetry();
    vi.clearAllMocks();
  });
  afterAll(() => database.close());

  it("exports the newest rows oldest first, in the documented shape", async () => {
    await room.post(
      "ada",
      ...Array.from({ length: 950 }, (_, i) => ({ message: `line ${i}`, type: i % 2 ? "info" : "error" })),
    );
    const file = await room.service.exportLogs(actor(1), exportQuery({ limit: "700" }));
    const json = exportLogs.response.parse(JSON.parse(await text(file)));
    expect(file.filename).toBe("logs-20260101T120000Z.json");
    expect(json.count).toBe(700);
    expect(json.logs.map((log) => log.message)).toEqual(Array.from({ length: 700 }, (_, i) => `line ${i + 250}`));
    const errors = await text(
      await room.service.exportLogs(actor(1), exportQuery({ limit: "3", level: "error", format: "ndjson" })),
    );
    expect(
      errors
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line).message),
    ).toEqual(["line 944", "line 946", "line 948"]);
    expect(JSON.parse(await text(await room.service.exportLogs(actor(3), exportQuery())))).toMatchObject({
      count: 0,
      logs: [],
    });
    expect(JSON.parse(await text(await room.service.exportLogs(actor(1), exportQuery({ limit: "0" }))))).toMatchObject({
      count: 0,
    });
    await expect(room.service.exportLogs(actor(1), exportQuery({ bot_id: "bob" }))).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it("writes CSV that a spreadsheet does not run", async () => {
    await room.post(
      "ada",
      { message: '=HYPERLINK("http://x")' },
      { message: "\n=2" },
      { message: 'two "quoted"\nlines, here', metadata: { a: 1 } },
    );
    const file = await room.service.exportLogs(actor(1), exportQuery({ bot_id: "ada", format: "csv" }));
    expect(file.contentType).toContain("text/csv");
    const csv = await text(file);
    expect(csv.split("\n")[0]).toBe("id,timestamp,bot_id,type,message,metadata,received_at");
    expect(csv).toContain(`,"'\n=2",`);
    const query = exportQuery({ bot_id: "ada", format: "csv", bom: "1" });
    expect(await text(await room.service.exportLogs(actor(1), query))).toBe(`\uFEFF${csv}`);
    expect(csv).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(csv).toContain('"two ""quoted""\nlines, here","{""a"":1}"');
  });

  it("exports a bot whole", async () => {
    await room.post("ada", { message: "one" }, { message: "two" });
    await room.service.sync(botActor("ada"), "ada", { groups: [{ id: 1 }], metadata: { v: 2 } });
    const file = await room.service.exportBot(actor(1), "ada");
    expect(JSON.parse(await text(file))).toMatchObject({
      exported_at: "2026-01-01T12:00:00.000Z",
      bot: { id: "ada" },
      data: { groups: [{ id: 1 }], metadata: { v: 2 } },
      commands: [{ id: "cmd_2" }, { id: "cmd_1" }],
      logs: [{ message: "one" }, { message: "two" }],
      messages: [],
    });
  });
});
