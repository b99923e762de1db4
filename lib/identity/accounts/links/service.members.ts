/** People who came by Discord, for one another: they know each other from that server. */
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { MEMBERS_MAX } from "@/lib/identity/accounts/contract.community";
import { noUser } from "@/lib/identity/accounts/service.lookups";
import type { DiscordMember, MemberStore } from "./store.members";

export function createMembers({ members }: { members: MemberStore }) {
  /** @throws FORBIDDEN for people who neither are staff nor came by Discord */
  async function demandMember(actor: Actor): Promise<void> {
    const { user_id, role } = asUser(actor);
    if (role === "user" && !(await members.findByUser(user_id)))
      throw new AppError("FORBIDDEN", "Only members of the Discord server see one another: link your Discord account");
  }
  return {
    demandMember,

    /** The caller; undefined without a linked Discord account. */
    ownMember: (actor: Actor): Promise<DiscordMember | undefined> => members.findByUser(asUser(actor).user_id),

    /** The person with this Discord id. @throws FORBIDDEN; NOT_FOUND nobody here has it */
    async memberNamed(actor: Actor, discordId: string): Promise<DiscordMember> {
      await demandMember(actor);
      const found = await members.findByDiscord(discordId);
      if (!found) throw noUser(discordId);
      return found;
    },

    /** All of them, by name. @throws FORBIDDEN */
    async discordMembers(actor: Actor): Promise<DiscordMember[]> {
      await demandMember(actor);
      return members.list(MEMBERS_MAX);
    },
  };
}
