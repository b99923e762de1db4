import { route } from "@/lib/edge/http";
import { listBotMaintenance } from "@/lib/operations/maintenance/contract";

export const GET = route({
  contract: listBotMaintenance,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app, actor, params }) => ({ windows: await app.maintenance.ofBot(actor, params.bot_id) }),
});
