import { memes } from "@/lib/community/feeds";
import { getRandomMeme } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getRandomMeme,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => memes.random(actor, query),
});
