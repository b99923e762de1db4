import { route } from "@/lib/http";
import { plugins } from "@/lib/plugins";
import { listCogs } from "@/lib/plugins/contract";

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
