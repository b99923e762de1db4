import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getRetention, putRetention } from "@/lib/fleet/telemetry/contract.retention";
import { actor } from "@/tests/actors";
import { databases, type TestDatabase } from "@/tests/db/databases";
import { openRoom } from "@/tests/db/rooms";
import { clearTelemetry } from "@/tests/db/telemetry";
import { createRetentionService } from "./service";
import { createPolicyStore } from "./store.policy";

describe.each(databases)("the retention policy on $provider", (kind) => {
  let database: TestDatabase;
  const service = createRetentionService({ policy: createPolicyStore() });
  const admin = actor(9, "admin");

  beforeAll(async () => {
    database = await openRoom(kind);
  });
  beforeEach(clearTelemetry);
  afterAll(() => database.close());

  it("is changed by admins only, field by field", async () => {
    const reply = { success: true, ...(await service.putRetention(admin, { logs_days: 7 })) };
    expect(putRetention.response.parse(reply)).toMatchObject({ retention: { logs_days: 7 }, version: 1 });
    expect(getRetention.response.parse(await service.getRetention(admin))).toMatchObject({
      retention: { logs_days: 7, commands_days: 90 },
      version: 1,
    });
    for (const by of [actor(9, "moderator"), { ...admin, scope: "read" as const }])
      await expect(service.putRetention(by, { logs_days: 1 })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.getRetention(actor(1))).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("refuses a change made from an older version, and changes nothing", async () => {
    await service.putRetention(admin, { logs_days: 7 });
    await expect(service.putRetention(admin, { logs_days: 8 }, 0)).rejects.toMatchObject({ code: "CONFLICT" });
    expect((await service.getRetention(admin)).retention.logs_days).toBe(7);
  });
});
