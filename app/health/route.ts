import { getBotServerHealth } from "@/lib/edge/compat/bot-server/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getBotServerHealth,
  // Public whatever OPEN_BOT_API says, because load balancers and uptime checks send no credential.
  auth: ["user", "bot", "public"],
  unclaimed: true,
  rateLimit: "public",
  showsLimit: true,
  dialect: "bs",
  handle: ({ app: { bs }, actor }) => bs.health(actor),
});
