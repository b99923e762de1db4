import { listTrackedPlayers, trackPlayer } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listTrackedPlayers,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app: { ranks }, actor }) => ranks.list(actor),
});

export const POST = route({
  contract: trackPlayer,
  auth: ["user"],
  rateLimit: "rest",
  handle: async ({ app: { ranks }, actor, body }) => ({
    success: true as const,
    player: await ranks.track(actor, body),
  }),
});
