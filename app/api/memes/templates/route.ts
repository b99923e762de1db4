import { memes } from "@/lib/feeds";
import { memeTemplates } from "@/lib/feeds/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: memeTemplates,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ query }) => memes.templates(query.limit),
});
