import { resetConfigSection } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: resetConfigSection,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { config }, actor, params, version }) => ({
    success: true as const,
    ...(await config.reset(actor, params.section, version)),
  }),
});
