import { bs, callers } from "@/lib/bs";
import { register } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const POST = route({
  contract: register,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "register",
  dialect: "bs",
  handle: ({ actor, body }) => bs.register(actor, body),
});
