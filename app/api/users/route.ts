import { localUsers } from "@/lib/edge/compat/mltb";
import { route } from "@/lib/edge/http";
import { createUser } from "@/lib/identity/accounts/administration/contract";
import { listUsersWithStats } from "@/lib/operations/stats/contract";

const common = { auth: ["user"], rateLimit: "rest" } as const;
export const GET = route({
  contract: listUsersWithStats,
  ...common,
  permission: "staff",
  localAccess: localUsers,
  showsLimit: true,
  handle: ({ app: { stats }, actor, query }) => stats.users(actor, query),
});

export const POST = route({
  contract: createUser,
  ...common,
  permission: "admin",
  scope: "admin",
  handle: async ({ app: { accounts }, actor, body }) => ({
    success: true as const,
    ...(await accounts.createUser(actor, body)),
  }),
});
