/** SIGKILL between the write of a record and its seal loses neither: the next start seals what waits, and the chain holds. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { Api } from "../api";
import { eventually } from "../eventually";
import { API_TOKEN, removeFolder, type ServerProcess, startServer, temporaryFolder } from "../process";

const folder = temporaryFolder();
let server: ServerProcess;
beforeAll(async () => {
  server = await startServer({ DATA_DIR: folder });
});
afterAll(async () => {
  await server?.stop();
  removeFolder(folder);
});

it("keeps every answered act over SIGKILL, and seals it at the next start", async () => {
  const names = new Set<string>();
  for (let round = 0; round < 3; round++) {
    const api = new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
    await Promise.all(
      Array.from({ length: 20 }, async (_, at) => {
        const name = `bot ${round}/${at}`;
        const { status } = await api.send("POST /api/my-bots", { body: { name } });
        expect(status).toBe(200);
        names.add(name);
      }),
    );
    await server.kill();
    server = await startServer({ DATA_DIR: folder });
  }
  const api = new Api(server.url, { authorization: `Bearer ${API_TOKEN}` });
  await eventually(async () => {
    const { json } = await api.send("GET /api/export/audit", { query: { action: "createBot", limit: 1000 } });
    const entries = json.entries as AuditEntry[];
    expect(new Set(entries.map(({ target }) => target?.name))).toEqual(names);
    expect(entries.filter(({ seal }) => seal === null)).toEqual([]);
  });
  const { json } = await api.send("GET /api/audit/verify");
  expect(json).toMatchObject({ ok: true, problems: [] });
  expect(json.checked).toBeGreaterThanOrEqual(60);
});
