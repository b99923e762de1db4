import { refreshTemplates } from "@/lib/community/social/contract.memes";
import { route } from "@/lib/edge/http";

export const POST = route({
  contract: refreshTemplates,
  auth: ["user"],
  feature: "social",
  rateLimit: "talk",
  handle: ({ app: { social }, actor }) => social.memes.templates(actor, true),
});
