import { route } from "@/lib/edge/http";
import { adoptBot } from "@/lib/fleet/bots/contract.joining";

export const POST = route({
  contract: adoptBot,
  auth: ["user"],
  // Use the same tight limit as sign-in, so that claim codes cannot be guessed quickly.
  rateLimit: "auth",
  handle: async ({ app: { bots }, actor, body }) => ({ success: true as const, bot: await bots.adopt(actor, body) }),
});
