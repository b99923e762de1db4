import { route } from "@/lib/edge/http";
import { plugins } from "@/lib/operations/plugins";
import { listCogs } from "@/lib/operations/plugins/contract";

export const GET = route({
  contract: listCogs,
  auth: ["user"],
  permission: "admin",
  feature: "plugins",
  rateLimit: "rest",
  handle: async ({ actor }) => ({
    cogs: (await plugins.list(actor)).map(({ name, enabled }) => ({ name, loaded: enabled })),
  }),
});
