/**
 * Signed texts that open an account once: the codes that apps exchange for a token, and the login links of the command
 * line. Nothing is stored until one is used; its nonce then is, so that it works once across processes.
 */
import { createHash } from "node:crypto";
import { z } from "zod";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { logSecurity } from "@/lib/core/log/security-log";
import type { AccountsRoom, Client, SignedIn } from "@/lib/identity/accounts";
import type { StateStore } from "./store";

/** Long enough to type a one-time code of a second factor. */
const CODE_MS = 120_000;
const LINK_MS = 600_000;

type Signing = { sign: (purpose: string, text: string) => string; same: (a: string, b: string) => boolean };
type IssueDeps = Signing & { now: Clock; newNonce: () => string };
type Deps = IssueDeps & {
  store: Pick<StateStore, "spend">;
  accounts: Pick<AccountsRoom["accounts"], "enter" | "activeUser">;
};

const Common = { nonce: z.string(), expires: z.number() };
const AppCode = z.object({ ...Common, user_id: z.number(), challenge: z.string() });
const LoginLink = z.object({ ...Common, username: z.string() });

const write = ({ sign }: Signing, purpose: string, value: object): string => {
  const text = Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${text}.${sign(purpose, text)}`;
};

function read<S extends z.ZodType<{ expires: number }>>(
  { sign, same, now }: IssueDeps,
  purpose: string,
  schema: S,
  given: string,
): z.output<S> | undefined {
  const [text = "", signature = ""] = given.split(".");
  if (!text || !same(signature, sign(purpose, text))) return undefined;
  const found = schema.safeParse(readJson(Buffer.from(text, "base64url").toString("utf8"))).data;
  return found && found.expires > now() ? found : undefined;
}

/** Makes the token of a login link, with which the account of that name signs in once within ten minutes. */
export const issueLoginLink = (deps: IssueDeps, username: string): string =>
  write(deps, "login-link", { username, nonce: deps.newNonce(), expires: deps.now() + LINK_MS });

export function createGrants(deps: Deps) {
  const { accounts, store, now, newNonce } = deps;
  return {
    /** Makes the code that an app exchanges for a token. @param challenge the app's PKCE challenge (S256) */
    issueAppCode: (user_id: number, challenge: string): string =>
      write(deps, "app-code", { user_id, challenge, nonce: newNonce(), expires: now() + CODE_MS }),

    /**
     * Exchanges an app's code for a session.
     *
     * @throws AppError UNAUTHORIZED  the code is made up, expired or used, or the verifier is another sign-in's
     * @throws AppError SECOND_FACTOR_REQUIRED, RATE_LIMITED  as a sign-in does; the code stays good
     */
    async exchange(input: { code: string; code_verifier: string; otp?: string }, client: Client): Promise<SignedIn> {
      const found = read(deps, "app-code", AppCode, input.code);
      const challenge = createHash("sha256").update(input.code_verifier).digest("base64url");
      const isRight = found !== undefined && deps.same(found.challenge, challenge);
      const signedIn = isRight
        ? await accounts.enter(found.user_id, input.otp, client, () => store.spend(found.nonce, found.expires))
        : undefined;
      if (!signedIn) throw new AppError("UNAUTHORIZED", "This code is not valid any more: begin the sign-in again");
      return signedIn;
    },

    /**
     * Signs in with a login link of the command line.
     *
     * @throws AppError UNAUTHORIZED  the link is made up, expired or used, or names no active account
     * @throws AppError SECOND_FACTOR_REQUIRED, RATE_LIMITED  as a sign-in does; the link stays good
     */
    async useLoginLink(input: { token: string; otp?: string }, client: Client): Promise<SignedIn> {
      const found = read(deps, "login-link", LoginLink, input.token);
      const user = found && (await accounts.activeUser(found.username));
      const signedIn = user
        ? await accounts.enter(user.id, input.otp, client, () => store.spend(found.nonce, found.expires))
        : undefined;
      if (!signedIn)
        throw new AppError(
          "UNAUTHORIZED",
          "This login link was used, has expired, or names no active account: make another",
        );
      logSecurity("login_link_used", { user_id: user?.id, username: found?.username, address: client.ip });
      return signedIn;
    },
  };
}
