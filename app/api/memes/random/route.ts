import { memes } from "@/lib/feeds";
import { randomMeme } from "@/lib/feeds/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: randomMeme,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ actor, query }) => memes.random(actor, query),
});
