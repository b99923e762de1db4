import { route } from "@/lib/edge/http";
import { adoptBot } from "@/lib/fleet/bots/contract.joining";

export const POST = route({
  contract: adoptBot,
  auth: ["user"],
  // As narrow as sign-in: claim codes must not be guessed at speed.
  rateLimit: "auth",
  handle: async ({ app: { bots }, actor, body }) => ({ success: true as const, bot: await bots.adopt(actor, body) }),
});
