/** Quotas for services in tests: the limits of a server on which nobody changed one, and those that a test sets. */
import type { QuotaKind } from "@/lib/core/contract.quotas";
import type { Quotas } from "@/lib/core/quotas";
import { SECTIONS, type Sections } from "@/lib/core/settings/contract";
import { createLimits } from "@/lib/identity/quotas/limits";

type Counts = Partial<Record<QuotaKind, (owner: number) => Promise<number>>>;

export function testQuotas(counts: Counts = {}): Quotas & { set: Partial<Record<QuotaKind, number>> } {
  const set: Partial<Record<QuotaKind, number>> = {};
  const section = async <S extends "quotas" | "tickets">(name: S) => SECTIONS[name].defaults as Sections[S];
  const limits = createLimits({ store: { find: async (_, kind) => set[kind] }, section });
  for (const [kind, count] of Object.entries(counts)) limits.measure(kind as QuotaKind, count);
  return { ...limits, set };
}
