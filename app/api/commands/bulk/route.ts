import { route } from "@/lib/edge/http";
import { commands } from "@/lib/fleet/commands";
import { sendBulkCommand } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: sendBulkCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => commands.bulk(actor, body),
});
