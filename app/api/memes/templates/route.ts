import { listMemeTemplates } from "@/lib/community/feeds/contract";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listMemeTemplates,
  auth: ["user", "bot"],
  rateLimit: "rest",
  handle: ({ app: { memes }, query }) => memes.templates(query.limit),
});
