/** Decides who may change a section of the configuration. */
import { type Actor, asAdmin, asUser, type UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { mayModeratorsChange, type SectionName, type Sections } from "./contract";
import type { CurrentSections } from "./values";

const SWITCH = "moderators_may_configure";

/**
 * The caller as somebody who may change the sections.
 *
 * @throws AppError UNAUTHORIZED; FORBIDDEN, which names the switch where an admin could let moderators change them
 */
export async function asEditor(
  load: () => Promise<CurrentSections>,
  actor: Actor,
  ...names: SectionName[]
): Promise<UserActor> {
  const user = asUser(actor, "admin");
  if (user.role !== "moderator" || !names.every(mayModeratorsChange)) return asAdmin(actor, "admin");
  if (((await load()).security.value as Sections["security"])[SWITCH]) return user;
  throw new AppError(
    "FORBIDDEN",
    `Only admins can change this. An admin can let moderators do it by switching on security.${SWITCH}`,
    {
      switch: SWITCH,
    },
  );
}
