import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { me } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: me,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.me(actor),
});
