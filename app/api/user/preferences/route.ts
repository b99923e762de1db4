import { chooseOptIns } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { putOptIns } from "@/lib/identity/accounts/contract.community";

export const PUT = route({
  contract: putOptIns,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ app, actor, body }) => chooseOptIns(app, actor, body),
});
