import { route } from "@/lib/edge/http";
import { listMessages } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: listMessages,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { telemetry }, actor, query }) => telemetry.listMessages(actor, query),
});
