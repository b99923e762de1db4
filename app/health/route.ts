import { bs, callers } from "@/lib/bs";
import { health } from "@/lib/bs/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: health,
  auth: callers("bot"),
  unclaimed: true,
  rateLimit: "bot",
  dialect: "bs",
  handle: ({ actor }) => bs.health(actor),
});
