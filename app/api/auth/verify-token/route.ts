import { Custom, route } from "@/lib/edge/http";
import { verifyToken, verifyTokenByPost } from "@/lib/identity/accounts/contract";

const verify = (contract: typeof verifyToken | typeof verifyTokenByPost) =>
  route({
    contract,
    auth: ["user"],
    scope: "read",
    rateLimit: "rest",
    handle: async ({ app: { accounts }, actor }) => {
      const json = await accounts.verify(actor);
      return new Custom({ json, headers: { "x-muster-user": json.user_id, "x-muster-role": json.role } });
    },
  });

export const GET = verify(verifyToken);
export const POST = verify(verifyTokenByPost);
