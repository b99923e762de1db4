import { recordProgram, route } from "@/lib/edge/http";
import { pollCommands } from "@/lib/fleet/commands/contract.bot";

export const GET = route({
  contract: pollCommands,
  auth: ["user", "bot"],
  unclaimed: true,
  rateLimit: "bot",
  handle: async ({ app, actor, params, query, req }) => {
    const part = await recordProgram(app, actor, req);
    const pending = await app.commands.pending(
      actor,
      params.bot_id,
      { ...query, shards: part?.shards },
      () => req.signal,
    );
    if (actor.kind === "bot" && pending.length > 0) req.onLost(() => void app.commands.returned(actor, pending));
    return { commands: pending, count: pending.length };
  },
});
