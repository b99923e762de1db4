/**
 * `npm run login-link -- <username>`: makes a link that signs this account in once within ten minutes, for admins whose sign-in
 * provider does not answer, and for people whose account no provider is linked to. It needs the server's key; the audit log records it if the database answers. Built to
 * dist/login-link.mjs.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { disconnect } from "@/lib/core/db";
import { env, publicUrl } from "@/lib/core/env";
import { newToken, sameSecret, sign } from "@/lib/core/secrets";
import { issueLoginLink } from "@/lib/identity/sso/grants";
import { recordAct } from "./record-act";

const [username, ...rest] = process.argv.slice(2);
const isUsable = username && rest.length === 0 && !username.startsWith("-");
if (!isUsable || !(env.SECRET_KEY || existsSync(join(env.DATA_DIR, "secret.key")))) {
  console.error(
    isUsable
      ? `login-link: ${env.DATA_DIR} holds no secret.key: set DATA_DIR or SECRET_KEY as the server has it`
      : "usage: npm run login-link -- <username>",
  );
  process.exit(1);
}
const tools = { sign, same: sameSecret, now: Date.now, newNonce: () => newToken("ll") };
await recordAct("createLoginLink", { target: { type: "user", id: username, name: username } });
await disconnect().catch(() => {});
// A fragment reaches no server and no log.
console.log(`${publicUrl}/login/link#token=${issueLoginLink(tools, username)}`);
console.error(
  "It works once, for ten minutes, and its use is logged. The account's second factor is asked for as always.",
);
