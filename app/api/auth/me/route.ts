import { route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { getMe } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: getMe,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.me(actor),
});
