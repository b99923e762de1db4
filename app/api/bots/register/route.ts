import { route } from "@/lib/edge/http";
import { registerBot } from "@/lib/fleet/bots/contract.joining";

export const POST = route({
  contract: registerBot,
  auth: ["public", "user", "bot"],
  unclaimed: true,
  rateLimit: "register",
  handle: async ({ app: { bots }, actor, body }) => ({ status: "ok" as const, ...(await bots.register(actor, body)) }),
});
