/** The room of bots on the store that a test has opened, without presence of its own and with a clock that the test moves. */
import { vi } from "vitest";
import type { Actor, BotActor, UserActor } from "@/lib/core/actor";
import { hashToken, newToken, seal, unseal } from "@/lib/core/secrets";
import { createPresence } from "@/lib/fleet/bots/presence/presence";
import { createBotService } from "@/lib/fleet/bots/service";
import { createBotStore } from "@/lib/fleet/bots/store";
import { actor } from "./actors";
import { testQuotas } from "./quotas";

export const nobody: Actor = { kind: "public", ip: "192.0.2.1" };

export const person = (user_id: number, over: Partial<UserActor> = {}): UserActor => ({ ...actor(user_id), ...over });
export const admin = person(900_001, { role: "admin" });
export const moderator = person(900_002, { role: "moderator" });

/** Call once per database. `fresh()` gives each test people, a service and a time of its own. */
export function aBotRoom() {
  const store = createBotStore();
  const quotas = testQuotas({ bots: store.countOwned });
  const emit = vi.fn();
  const clock = { at: Date.parse("2026-01-01T12:00:00.000Z") };
  let ids = 0;
  let people = 0;
  const nextId = (digits: number) => (ids++).toString().padStart(digits, "0");

  function fresh() {
    clock.at += 1;
    emit.mockReset();
    const now = () => clock.at;
    const service = createBotService({
      ...{ store, quotas },
      presence: createPresence({ store, changed: () => {}, now, offlineAfterMs: 60_000 }),
      reportPart: async () => false,
      emit,
      now,
      secrets: {
        newToken: () => newToken("mb"),
        newBotId: () => `bot_${nextId(6)}`,
        newClaimCode: () => `TEST-${nextId(4)}`,
        hash: hashToken,
        seal,
        unseal,
      },
    });
    const ada = person(++people);
    const eve = person(++people);
    return {
      ...{ service, ada, eve },
      create: (actor: Actor = ada, name = "Greeter") => service.create(actor, { name, metadata: { a: 1 } }),
      asBot: async (token: string): Promise<BotActor> => (await service.byToken(token))!,
    };
  }
  return { store, quotas, emit, clock, fresh };
}
export type BotRoom = ReturnType<typeof aBotRoom>;
