/** Shows people what they have and may have, and lets admins change the limits of single people and teams. */
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeAct, describeUpdate } from "@/lib/core/acts";
import { type QuotaKind, quotaKindsOf } from "@/lib/core/contract.quotas";
import { invalid } from "@/lib/core/errors";
import { findAccount } from "@/lib/identity/accounts";
import { demandTeam, noTeam } from "@/lib/identity/teams";
import { FIRST_TEAM } from "@/lib/identity/teams/contract.constants";
import type { OwnerQuotas } from "./contract";
import type { createLimits } from "./limits";
import type { QuotaStore } from "./store";

type Deps = {
  store: Pick<QuotaStore, "of" | "set">;
  limits: Pick<ReturnType<typeof createLimits>, "usual" | "count">;
  /** Returns the name of a shared team that exists. */
  teamName(id: number): Promise<string | undefined>;
};
type Owner = { team_id: number; name: string; personal: boolean };

export function createQuotaService({ store, limits, teamName }: Deps) {
  /** @throws NOT_FOUND there is no such team or person */
  async function ownerOf(id: number): Promise<Owner> {
    if (id >= FIRST_TEAM) {
      const name = await teamName(id);
      if (name === undefined) throw noTeam(id);
      return { team_id: id, name, personal: false };
    }
    const account = await findAccount({ user_id: id });
    if (!account) throw noTeam(id);
    return { team_id: id, name: account.username, personal: true };
  }

  const kindsOf = ({ personal }: Owner) => quotaKindsOf(personal ? "person" : "team");

  async function shown(actor: Actor, owner: Owner): Promise<OwnerQuotas> {
    const own = await store.of(owner.team_id);
    const quotas = kindsOf(owner).map(async (kind) => {
      const [usage, server_limit] = await Promise.all([limits.count(kind, owner.team_id), limits.usual(kind)]);
      return { kind, usage, limit: own[kind] ?? server_limit, server_limit, is_own: own[kind] !== undefined };
    });
    const can_change = actor.kind === "user" && actor.role === "admin";
    return { ...owner, can_change, quotas: await Promise.all(quotas) };
  }

  return {
    /** @throws NOT_FOUND no such team or person, or one in which the caller has no role */
    async get(actor: Actor, id: number): Promise<OwnerQuotas> {
      demandTeam(actor, id, "viewer");
      return shown(actor, await ownerOf(id));
    },

    /** @throws FORBIDDEN all but admins; NOT_FOUND; INVALID_INPUT a quota that does not count things of this owner */
    async put(actor: Actor, id: number, changes: Partial<Record<QuotaKind, number | null>>): Promise<OwnerQuotas> {
      describeAct({ target: { type: id < FIRST_TEAM ? "user" : "team", id: String(id) } });
      asAdmin(actor, "admin");
      const owner = await ownerOf(id);
      const kinds = kindsOf(owner);
      const foreign = (Object.keys(changes) as QuotaKind[]).find((kind) => !kinds.includes(kind));
      if (foreign) throw invalid(`limits.${foreign}`, `is no quota of a ${owner.personal ? "person" : "team"}`);
      const target = { type: owner.personal ? "user" : "team", id: String(id), name: owner.name };
      describeUpdate(target, await store.of(id), changes);
      if (!owner.personal) describeAct({ team_id: id });
      await store.set(id, changes);
      return shown(actor, owner);
    },
  };
}
