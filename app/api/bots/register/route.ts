import { bots } from "@/lib/bots";
import { registerBot } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: registerBot,
  auth: ["public", "user", "bot"],
  unclaimed: true,
  rateLimit: "register",
  handle: async ({ actor, body }) => ({ status: "ok" as const, ...(await bots.register(actor, body)) }),
});
