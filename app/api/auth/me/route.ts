import { ofMe } from "@/lib/edge/compat/haze";
import { route } from "@/lib/edge/http";
import { getMe } from "@/lib/identity/accounts/contract";

export const GET = route({
  contract: getMe,
  auth: ["user"],
  rateLimit: "rest",
  haze: ofMe,
  handle: ({ app: { accounts }, actor }) => accounts.me(actor),
});
