import { route } from "@/lib/edge/http";
import { getRetention, putRetention } from "@/lib/fleet/telemetry/contract.retention";

export const GET = route({
  contract: getRetention,
  auth: ["user"],
  permission: "admin",
  rateLimit: "rest",
  handle: ({ app: { telemetry }, actor }) => telemetry.getRetention(actor),
});

export const PUT = route({
  contract: putRetention,
  auth: ["user"],
  permission: "admin",
  scope: "admin",
  rateLimit: "rest",
  handle: async ({ app: { telemetry }, actor, body, version }) => ({
    success: true as const,
    ...(await telemetry.putRetention(actor, body, version)),
  }),
});
