import { listAppTemplates } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const GET = route({
  contract: listAppTemplates,
  auth: ["user"],
  feature: "social",
  rateLimit: "rest",
  handle: ({ app: { social }, actor }) => social.memes.templates(actor, false),
});
