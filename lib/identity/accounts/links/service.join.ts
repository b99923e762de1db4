/**
 * Links an identity that has just signed in at its provider to the account here that has its verified address. The address
 * alone proves nothing, since whoever registered the account may have typed somebody else's: the account's password, and
 * its code where it has a second factor, prove it afresh. Until they arrive, the browser holds a signed ticket.
 */
import { z } from "zod";
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { logSecurity } from "@/lib/core/log/security-log";
import { canonicalAddress } from "@/lib/identity/accounts/contract.address";
import type { createSignInService } from "@/lib/identity/accounts/service";
import type { Client, SignedIn } from "@/lib/identity/accounts/service.sessions";
import type { UserStore } from "@/lib/identity/accounts/store";
import { linkChange } from "./service";
import type { Newcomer } from "./service.sign-in";
import type { LinkStore } from "./store";

const TICKET_MS = 600_000;

const Ticket = z.object({
  user_id: z.number(),
  identity: z.object({
    ...{ provider: z.string(), id: z.string(), username: z.string(), discriminator: z.string() },
    avatar: z.string().nullable(),
  }),
  expires: z.number(),
});

type Deps = {
  users: Pick<UserStore, "find" | "findByLogin">;
  links: Pick<LinkStore, "link">;
  signIn: Pick<ReturnType<typeof createSignInService>, "prove" | "begin">;
  emit: Emit;
  now: Clock;
  sign: (text: string) => string;
  same: (a: string, b: string) => boolean;
};

const REFUSED = {
  taken: "This identity was linked to another account meanwhile",
  other: "The account is linked to another identity of this provider: sign in and unlink that one first",
};

export function createJoining({ users, links, signIn, emit, now, sign, same }: Deps) {
  const signature = (text: string) => sign(`join:${text}`);

  function read(ticket: string | undefined): z.infer<typeof Ticket> | undefined {
    const [text = "", given = ""] = (ticket ?? "").split(".");
    if (!text || !same(given, signature(text))) return undefined;
    const found = Ticket.safeParse(readJson(Buffer.from(text, "base64url").toString("utf8"))).data;
    return found && found.expires > now() ? found : undefined;
  }

  return {
    /** Returns a ticket for the account with the newcomer's verified address; undefined where a password cannot prove one. */
    async offerToJoin(newcomer: Newcomer): Promise<string | undefined> {
      if (!newcomer.emailVerified || newcomer.email === null) return undefined;
      const address = canonicalAddress(newcomer.email);
      const user = await users.findByLogin(address);
      if (!user?.is_active || !user.password_hash || user.email !== address) return undefined;
      const { provider, id, username, discriminator, avatar } = newcomer;
      const identity = { provider, id, username, discriminator, avatar };
      const ticket: z.infer<typeof Ticket> = { user_id: user.id, identity, expires: now() + TICKET_MS };
      const text = Buffer.from(JSON.stringify(ticket)).toString("base64url");
      return `${text}.${signature(text)}`;
    },

    /**
     * Links the ticket's identity to its account and signs in.
     *
     * @throws AppError UNAUTHORIZED  the ticket expired, or the password or the code is wrong
     * @throws AppError SECOND_FACTOR_REQUIRED, RATE_LIMITED  as a sign-in does
     * @throws AppError CONFLICT  the identity or the account is linked otherwise
     */
    async join(
      ticket: string | undefined,
      proof: { password: string; otp?: string },
      client: Client,
    ): Promise<SignedIn> {
      const found = read(ticket);
      const named = found && (await users.find(found.user_id));
      if (!named) throw new AppError("UNAUTHORIZED", "This sign-in took too long: begin again");
      const proved = await signIn.prove({ username: named.username, ...proof }, client);
      const { id: user_id } = proved;
      // Names change owners: the account that was proved must be the ticket's.
      if (user_id !== found.user_id) throw new AppError("UNAUTHORIZED", "This sign-in took too long: begin again");
      const outcome = await links.link(user_id, found.identity);
      if (outcome !== "linked") throw new AppError("CONFLICT", REFUSED[outcome]);
      emit("account.secured", { user_id, ...linkChange("linked", found.identity) });
      logSecurity("identity_linked", {
        user_id,
        provider: found.identity.provider,
        by: "verified address and password",
      });
      return signIn.begin(proved, client);
    },
  };
}
