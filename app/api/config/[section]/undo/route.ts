import { undoConfigChange } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: undoConfigChange,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { config }, actor, params, body }) => ({
    success: true as const,
    ...(await config.undo(actor, params.section, body.version)),
  }),
});
