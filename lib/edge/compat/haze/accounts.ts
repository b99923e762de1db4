/** Adapts the administration of accounts for the app: its words for roles are accepted and answered. */
import type { AdapterOf } from "@/lib/edge/http";
import type { updateUser } from "@/lib/identity/accounts/contract";
import { roleOfWord, wordOfRole } from "./roles";

/** `PATCH /api/users/<id>`. */
export const ofUserUpdate: AdapterOf<typeof updateUser.response> = {
  body: ({ role, ...change }) => ({ ...change, ...(role !== undefined && { role: roleOfWord(role) }) }),
  reply: ({ user, ...rest }) => ({ ...rest, user: { ...user, role: wordOfRole(user.role) } }),
};
