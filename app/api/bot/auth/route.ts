import { bots } from "@/lib/bots";
import { authenticateBot } from "@/lib/bots/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: authenticateBot,
  auth: ["public"],
  rateLimit: "auth",
  handle: async ({ body }) => ({ success: true as const, bot: await bots.authenticate(body) }),
});
