import { route } from "@/lib/edge/http";
import { listCogs } from "@/lib/operations/plugins/contract";

export const GET = route({
  contract: listCogs,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  handle: async ({ app: { plugins }, actor }) => ({
    cogs: (await plugins.list(actor)).map(({ name, enabled }) => ({ name, loaded: enabled })),
  }),
});
