import { bs, callers } from "@/lib/bs";
import { command } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: command,
  auth: callers("noBot"),
  rateLimit: "rest",
  dialect: "bs",
  handle: ({ actor, body }) => bs.command(actor, body),
});
