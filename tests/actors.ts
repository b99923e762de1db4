/** Actors to pass to services in tests. */
import type { UserActor } from "@/lib/core/actor";

export const actor = (user_id: number, role: UserActor["role"] = "user"): UserActor => ({
  ...{ kind: "user", user_id, username: `u${user_id}`, email: `u${user_id}@example.org`, fullname: "", role },
  ...{ scope: "admin", created_at: "2026-01-01T00:00:00.000Z" },
});
