import { route } from "@/lib/edge/http";
import { commands } from "@/lib/fleet/commands";
import { reportProgress } from "@/lib/fleet/commands/contract";

export const POST = route({
  contract: reportProgress,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    command: await commands.progress(actor, { ...params, ...body }),
  }),
});
