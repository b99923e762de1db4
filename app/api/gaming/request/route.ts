import { askToPlay } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { requestGame } from "@/lib/identity/accounts/contract.community";

export const POST = route({
  contract: requestGame,
  auth: ["user"],
  rateLimit: "talk",
  handle: ({ app, actor, body }) => askToPlay(app, actor, body),
});
