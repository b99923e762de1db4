/** Acts that need another service leave one record of outcome "done" each, as audit.done.test.ts expects of all others. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { theAdmin, unique } from "../factories";
import { BY_SERVICES } from "./audit.services";
import { openServicesWorld, type ServicesWorld } from "./audit.services.world";

let world: ServicesWorld;
beforeAll(async () => {
  world = await openServicesWorld();
});
afterAll(() => world?.close());

it.each(Object.entries(BY_SERVICES))("records that %s is done", async (id, perform) => {
  const request = unique("req-");
  const answer = await perform(world, { "x-request-id": request });
  expect([answer.status < 400, "text" in answer ? answer.text : ""]).toEqual([true, expect.anything()]);
  const admin = await theAdmin(world.server.url);
  const { json } = await admin.api.send("GET /api/audit", { query: { request_id: request } });
  expect(json.entries.map(({ action, outcome }: AuditEntry) => [action, outcome])).toEqual([[id, "done"]]);
});
