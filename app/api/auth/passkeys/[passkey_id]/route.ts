import { route } from "@/lib/edge/http";
import { removePasskey, renamePasskey } from "@/lib/identity/accounts/passkeys/contract";

const access = { auth: ["user"], scope: "admin", rateLimit: "rest" } as const;

export const PATCH = route({
  contract: renamePasskey,
  ...access,
  handle: async ({ app: { accounts }, actor, params, body }) => ({
    success: true as const,
    passkey: await accounts.renamePasskey(actor, params.passkey_id, body),
  }),
});

export const DELETE = route({
  contract: removePasskey,
  ...access,
  handle: async ({ app: { accounts }, actor, params }) => {
    await accounts.removePasskey(actor, params.passkey_id);
    return { success: true as const };
  },
});
