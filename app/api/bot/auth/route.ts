import { route } from "@/lib/edge/http";
import { authenticateBot } from "@/lib/fleet/bots/contract";

export const POST = route({
  contract: authenticateBot,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ app: { bots }, body }) => ({ success: true as const, bot: await bots.authenticate(body) }),
});
