import { getConfig, patchConfig } from "@/lib/core/settings/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getConfig,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  showsLimit: true,
  handle: ({ app: { config }, actor }) => config.all(actor),
});

export const PATCH = route({
  contract: patchConfig,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  showsLimit: true,
  handle: async ({ app: { config }, actor, body, version }) => ({
    success: true as const,
    message: "Configuration updated",
    ...(await config.updateServer(actor, body, version)),
  }),
});
