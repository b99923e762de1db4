import { getConfig, patchConfig } from "@/lib/core/settings/contract";
import { localConfig } from "@/lib/edge/compat/mltb";
import { route } from "@/lib/edge/http";

const common = { auth: ["user"], permission: "admin", rateLimit: "rest", showsLimit: true } as const;

export const GET = route({
  contract: getConfig,
  ...common,
  localAccess: localConfig,
  handle: ({ app: { config }, actor }) => config.all(actor),
});

export const PATCH = route({
  contract: patchConfig,
  ...common,
  scope: "admin",
  handle: async ({ app: { config }, actor, body, version }) => ({
    success: true as const,
    message: "Configuration updated",
    ...(await config.updateServer(actor, body, version)),
  }),
});
