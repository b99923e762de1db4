/** Answers rooms that are about to add something: how much its owner may have, and how a refusal reads. */
import type { Actor } from "@/lib/core/actor";
import { type QuotaKind, quotaFacts } from "@/lib/core/contract.quotas";
import { AppError } from "@/lib/core/errors";
import type { Quotas } from "@/lib/core/quotas";
import type { Sections } from "@/lib/core/settings/contract";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { QuotaStore } from "./store";

export type LimitDeps = {
  store: Pick<QuotaStore, "find">;
  /** Reads the server's limits. */
  section<S extends "quotas" | "tickets">(name: S): Promise<Sections[S]>;
};
type Count = (owner: number) => Promise<number>;

const RAISED = "An admin of this server can raise the limit.";

/** Names the owner as the subject of a sentence. */
function subjectOf(actor: Actor, owner: number | null): string {
  if (owner === null) return "The server has";
  if (owner >= FIRST_TEAM) return "The team has";
  return actor.kind === "user" && actor.user_id === owner ? "You have" : "This person has";
}

const kindOf = (owner: number | null) => (owner === null ? "server" : owner >= FIRST_TEAM ? "team" : "person");

export function createLimits({ store, section }: LimitDeps): Quotas & {
  usual(kind: QuotaKind): Promise<number>;
  count(kind: QuotaKind, owner: number): Promise<number>;
} {
  const counts = new Map<QuotaKind, Count>();

  /** Returns the server's limit. */
  async function usual(kind: QuotaKind): Promise<number> {
    if (quotaFacts(kind).section === "tickets") return (await section("tickets")).max_open_per_user;
    return (await section("quotas"))[kind as keyof Sections["quotas"]];
  }

  function count(kind: QuotaKind, owner: number): Promise<number> {
    const measured = counts.get(kind);
    if (!measured) throw new Error(`no room counts the quota ${kind}`);
    return measured(owner);
  }

  return {
    ...{ usual, count },
    measure: (kind, measured) => void counts.set(kind, measured),

    async of(kind, owner) {
      const max = (owner === null ? undefined : await store.find(owner, kind)) ?? (await usual(kind));
      return {
        max,
        async reached(actor) {
          const usage = owner === null ? max : await count(kind, owner);
          const text = `${subjectOf(actor, owner)} ${usage} of ${max} ${quotaFacts(kind).many}. ${RAISED}`;
          const details = { quota: kind, usage, limit: max, owner: { kind: kindOf(owner), id: owner } };
          return new AppError("CONFLICT", text, { ...details, raised_by: "admin" });
        },
      };
    },
  };
}
