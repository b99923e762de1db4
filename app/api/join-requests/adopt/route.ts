import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { adoptBot } from "@/lib/fleet/bots/contract";

export const POST = route({
  contract: adoptBot,
  auth: ["user"],
  // As narrow as sign-in: claim codes must not be guessed at speed.
  rateLimit: "auth",
  handle: async ({ actor, body }) => ({ success: true as const, bot: await bots.adopt(actor, body) }),
});
