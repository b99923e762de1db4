import { route } from "@/lib/http";
import { telemetry } from "@/lib/telemetry";
import { listMessages } from "@/lib/telemetry/contract";

export const GET = route({
  contract: listMessages,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => telemetry.listMessages(actor, query),
});
