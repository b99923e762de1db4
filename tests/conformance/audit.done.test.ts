/**
 * Every operation that changes something succeeds once and leaves one record of outcome "done", unless the list in audit.done.ts
 * names the reason why it cannot succeed. audit.services.test.ts performs those that need another service. audit.operations.test.ts looks for the records of refusals.
 */
import { expect, it } from "vitest";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { auditScopeOf } from "@/lib/identity/audit/contract.scope";
import { aUser, theAdmin, unique } from "../factories";
import { BEFORE, BODY, NOT_DONE, paramsFor } from "./audit.done";
import { PERFORMED } from "./audit.performed";
import { BY_SERVICES } from "./audit.services";
import { aTarget, REQUIRED_QUERY, servedOperations, VALID_BODY } from "./operations";

const served = await servedOperations();
const admin = await theAdmin();
const recorded = served.filter(({ id, method }) => auditScopeOf({ id, method }).people);
const elsewhere = { ...NOT_DONE, ...BY_SERVICES };
const done = recorded.filter(({ id }) => !Object.hasOwn(elsewhere, id));

it("names only recorded operations among those that need more than a call", () => {
  const ids = new Set(recorded.map(({ id }) => id));
  expect(Object.keys({ ...elsewhere, ...PERFORMED }).filter((id) => !ids.has(id))).toEqual([]);
});

async function expectRecord(request: string, id: string): Promise<void> {
  const { json } = await admin.api.send("GET /api/audit", { query: { request_id: request } });
  expect(json.entries.map(({ action, outcome }: AuditEntry) => [action, outcome])).toEqual([[id, "done"]]);
}

it.each(done)("records that $line is done", async ({ id, line, path }) => {
  const owner = await aUser();
  const call = { owner, admin, target: await aTarget(owner, "bot") };
  const perform = PERFORMED[id];
  if (perform) {
    const own = unique("req-");
    const answer = await perform(call, { "x-request-id": own });
    expect([answer.status < 400, "text" in answer ? answer.text : ""]).toEqual([true, expect.anything()]);
    return expectRecord(own, id);
  }
  const params = await paramsFor(path, call);
  await BEFORE[id]?.(call, params);
  const body = BODY[id] ? await BODY[id](call) : VALID_BODY[line]?.(call.target);
  let status = 0;
  let request = "";
  // An admin does whatever the owner of a bot may not do.
  for (const { api } of [owner, admin]) {
    request = unique("req-");
    const headers = { "x-request-id": request };
    ({ status } = await api.send(line, { params, query: REQUIRED_QUERY[line], body, headers }));
    if (status < 400) break;
  }
  expect(status).toBeLessThan(400);
  await expectRecord(request, id);
});
