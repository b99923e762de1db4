import { route } from "@/lib/edge/http";
import { telemetry } from "@/lib/fleet/telemetry";
import { listMessages } from "@/lib/fleet/telemetry/contract";

export const GET = route({
  contract: listMessages,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => telemetry.listMessages(actor, query),
});
