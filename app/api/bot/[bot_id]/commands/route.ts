import { recordProgram, route } from "@/lib/edge/http";
import { commands } from "@/lib/fleet/commands";
import { pollCommands } from "@/lib/fleet/commands/contract";

export const GET = route({
  contract: pollCommands,
  auth: ["user", "bot"],
  unclaimed: true,
  rateLimit: "bot",
  handle: async ({ actor, params, query, req }) => {
    const part = await recordProgram(actor, req);
    const pending = await commands.pending(actor, params.bot_id, { ...query, shards: part?.shards }, () => req.signal);
    if (actor.kind === "bot" && pending.length > 0) req.onLost(() => void commands.returned(actor, pending));
    return { commands: pending, count: pending.length };
  },
});
