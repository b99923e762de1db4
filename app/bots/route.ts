import { bs, callers } from "@/lib/bs";
import { list } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: list,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor }) => bs.list(actor),
});
