/** Document 003's form of a user. */
import { permissionsOf } from "@/lib/identity/access";
import type { Member, Role } from "@/lib/identity/accounts/contract";
import type { Linked } from "./store";

/** A user in document 003's flat form, with what is known of the linked identity. */
export const toMember = (
  user: { id: number; username: string; role: Role },
  linked: Pick<Linked, "discriminator" | "avatar"> | null,
): Member => ({
  user_id: String(user.id),
  username: user.username,
  discriminator: linked?.discriminator ?? "0",
  avatar: linked?.avatar ?? null,
  role: user.role,
  permissions: permissionsOf(user.role),
});
