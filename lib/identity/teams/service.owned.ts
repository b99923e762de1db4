/** Finds things that teams own for the people who see or manage them: webhooks, maintenance windows, status pages, schedules. */
import { type Actor, asAdmin, asUser, type Scope, type UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import type { TeamRole } from "@/lib/core/contract.roles";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { needsRole, reaches, roleOnTeam, seesAll } from "@/lib/identity/access";

/** `team_id` is null for what belongs to the whole server. */
type Owned = { team_id: number | null };
type Kind<Found extends Owned> = {
  get(id: string): Promise<Found | undefined>;
  /** The name of the type in the audit log. */
  type: string;
  /** The name of the type in errors. */
  noun: string;
  /** The lowest role in the team that sees it. Maintainers manage it; what belongs to the server is managed by admins. */
  seenBy: "viewer" | "maintainer";
  /** The scope that an API key needs to manage it. */
  scope: Scope;
};

/** The role of the caller; for what belongs to the server, that of its owner for admins and that of a viewer for other staff. */
function roleOn(user: UserActor, { team_id }: Owned): TeamRole | null {
  if (team_id !== null) return roleOnTeam(user, team_id);
  if (user.role === "admin") return "owner";
  return seesAll(user) ? "viewer" : null;
}

/** Returns whether the caller may change something of a team or of the whole server. */
export const mayManage = (user: UserActor, row: Owned): boolean => reaches(roleOn(user, row), "maintainer");

/** Builds what finds things of one kind. */
export function ownedAccess<Found extends Owned>({ get, type, noun, seenBy, scope }: Kind<Found>) {
  const missing = (id: string) => new AppError("NOT_FOUND", `No ${noun} ${cutText(id, 64, "")}`);

  return {
    missing,

    /** Names a thing as the target of an act. */
    asTarget: ({ id, name, team_id }: { id: string; name: string } & Owned) => ({
      target: { type, id, name },
      team_id,
    }),

    /** @throws NOT_FOUND no such thing, or one that the caller may not see; FORBIDDEN the role or the key is too low to manage it */
    async find(actor: Actor, id: string, purpose: "see" | "manage"): Promise<{ user: UserActor; row: Found }> {
      const user = asUser(actor, purpose === "see" ? "read" : scope);
      const row = await get(id);
      const role = row ? roleOn(user, row) : null;
      if (!row || role === null || !reaches(role, seenBy)) {
        describeAct({ isHidden: true, target: { type, id } });
        throw missing(id);
      }
      if (purpose === "see" || reaches(role, "maintainer")) return { user, row };
      if (row.team_id === null) asAdmin(actor, scope);
      throw needsRole("maintainer", role, "team");
    },
  };
}
