/** Leases when the clock is set: each lasts as long as it was given. */
import { LEASE_MAX_S } from "@/lib/fleet/commands/contract.constants";
import { PUSH_LEASE_MS } from "@/lib/fleet/commands/delivery/delivery";
import type { Deps } from "@/lib/fleet/commands/service.deps";

const LEASE_MAX_MS = LEASE_MAX_S * 1000;

export const createMoving = ({ store, delivery, now }: Pick<Deps, "store" | "delivery" | "now">) => ({
  /** Moves all leases after the clock was set by `byMs`; `now` still shows the time before that. */
  async moveLeases(byMs: number): Promise<void> {
    const at = now();
    await store.moveLeases({ from: at, to: at + LEASE_MAX_MS, by: byMs });
    delivery.moved(byMs);
  },
  /** Shortens leases that no request can have given: they were stored while the clock was fast. */
  boundLeases: () => store.boundLeases({ beyond: now() + LEASE_MAX_MS, to: now() + PUSH_LEASE_MS }),
});
