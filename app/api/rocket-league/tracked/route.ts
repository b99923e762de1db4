import { ranks } from "@/lib/feeds";
import { listTracked, trackPlayer } from "@/lib/feeds/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: listTracked,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => ranks.list(actor),
});

export const POST = route({
  contract: trackPlayer,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ actor, body }) => ({ success: true as const, player: await ranks.track(actor, body) }),
});
