import { route } from "@/lib/edge/http";
import { bots } from "@/lib/fleet/bots";
import { authenticateBot } from "@/lib/fleet/bots/contract";

export const POST = route({
  contract: authenticateBot,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body }) => ({ success: true as const, bot: await bots.authenticate(body) }),
});
