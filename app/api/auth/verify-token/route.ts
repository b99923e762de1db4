import { accounts } from "@/lib/accounts";
import { verifyToken } from "@/lib/accounts/contract";
import { Custom, route } from "@/lib/http";

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
