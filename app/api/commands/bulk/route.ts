import { route } from "@/lib/edge/http";
import { sendBulkCommand } from "@/lib/fleet/commands/contract.many";

export const POST = route({
  contract: sendBulkCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { commands }, actor, body }) => commands.bulk(actor, body),
});
