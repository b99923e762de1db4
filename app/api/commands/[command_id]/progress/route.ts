import { commands } from "@/lib/commands";
import { reportProgress } from "@/lib/commands/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: reportProgress,
  auth: ["bot", "user"],
  rateLimit: "bot",
  handle: async ({ actor, params, body }) => ({
    status: "ok" as const,
    command: await commands.progress(actor, { ...params, ...body }),
  }),
});
