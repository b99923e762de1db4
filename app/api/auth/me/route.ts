import { accounts } from "@/lib/accounts";
import { me } from "@/lib/accounts/contract";
import { route } from "@/lib/http";

export const GET = route({
  contract: me,
  auth: ["user"],
  rateLimit: "rest",
  handle: ({ actor }) => accounts.me(actor),
});
