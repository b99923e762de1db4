import { config } from "@/lib/config";
import { undoChange } from "@/lib/config/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: undoChange,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params, body }) => ({
    success: true as const,
    ...(await config.undo(actor, params.section, body.version)),
  }),
});
