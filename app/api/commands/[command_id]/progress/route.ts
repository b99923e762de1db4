import { route } from "@/lib/edge/http";
import { reportProgress } from "@/lib/fleet/commands/contract.bot";

export const POST = route({
  contract: reportProgress,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ app: { commands }, actor, params, body }) => ({
    status: "ok" as const,
    command: await commands.progress(actor, { ...params, ...body }),
  }),
});
