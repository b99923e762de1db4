import { commands } from "@/lib/commands";
import { bulkCommand } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: bulkCommand,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor, body }) => commands.bulk(actor, body),
});
