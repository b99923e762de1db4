import { expect, it } from "vitest";
import { AppError } from "@/lib/core/errors";
import { actor } from "@/tests/actors";
import { createXp } from "./service.xp";
import type { XpStore } from "./store.xp";

it("does not fail an activity whose points cannot be counted", async () => {
  const store = { earn: () => Promise.reject(new AppError("UNAVAILABLE", "The database is busy")) };
  const xp = createXp({
    store: store as unknown as XpStore,
    demandMember: async () => undefined,
    rules: async () => ({ activity_xp: { ticket_created: 5 }, cooldowns: {}, level_calculation: {} }) as never,
    isOn: async () => true,
    now: () => 0,
  });
  await expect(xp.earn(actor(1), "ticket_created")).resolves.toBeUndefined();
});
