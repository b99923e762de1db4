import { getRandomMeme } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: getRandomMeme,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { memes }, actor, query }) => memes.random(actor, query),
});
