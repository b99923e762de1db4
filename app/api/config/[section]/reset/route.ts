import { config } from "@/lib/config";
import { resetSection } from "@/lib/config/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: resetSection,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ actor, params, version }) => ({
    success: true as const,
    ...(await config.reset(actor, params.section, version)),
  }),
});
