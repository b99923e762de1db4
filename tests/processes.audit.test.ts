/** Two processes write one chain: on PostgreSQL, side by side, with one leader that seals. */
import { expect, it } from "vitest";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { Api } from "./api";
import { eventually } from "./eventually";
import { API_TOKEN } from "./process";
import { a, b, start } from "./two-processes";

const ACTS = 30;

it("seals the acts of both in one chain, and goes on when the leader is killed", async () => {
  const authorization = `Bearer ${API_TOKEN}`;
  const act = async (url: string, name: string) =>
    expect((await new Api(url, { authorization }).send("POST /api/my-bots", { body: { name } })).status).toBe(200);
  await Promise.all(Array.from({ length: ACTS }, (_, at) => [act(a.url, `a${at}`), act(b.url, `b${at}`)]).flat());
  await a.kill();
  const c = await start();
  await Promise.all(Array.from({ length: ACTS }, (_, at) => act(c.url, `c${at}`)));
  const api = new Api(b.url, { authorization });
  let entries: AuditEntry[] = [];
  await eventually(async () => {
    const { json } = await api.send("GET /api/export/audit", { query: { action: "createBot", limit: 1000 } });
    entries = json.entries;
    expect(entries).toHaveLength(3 * ACTS);
    expect(entries.filter(({ seal }) => seal === null)).toEqual([]);
  });
  const positions = entries.map(({ seal }) => seal!.position);
  expect(new Set(positions).size).toBe(3 * ACTS);
  const { json } = await api.send("GET /api/audit/verify");
  expect(json).toMatchObject({ ok: true, problems: [] });
  expect(json.position).toBe(json.checked);
});
