import { Custom, route } from "@/lib/edge/http";
import { accounts } from "@/lib/identity/accounts";
import { verifyToken } from "@/lib/identity/accounts/contract";

const verify = route({
  contract: verifyToken,
  auth: ["user"],
  scope: "read",
  rateLimit: "rest",
  handle: async ({ actor }) => {
    const json = await accounts.verify(actor);
    return new Custom({ json, headers: { "x-muster-user": json.user_id, "x-muster-role": json.role } });
  },
});

export { verify as GET, verify as POST };
