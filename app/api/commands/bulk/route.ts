import { route } from "@/lib/edge/http";
import { sendBulkCommand } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: sendBulkCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { commands }, actor, body }) => commands.bulk(actor, body),
});
