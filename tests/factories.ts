/** Users, bots and credentials on the server under test. Each is new, so that tests do not see each other's. */
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { createBot } from "@/lib/fleet/bots/contract";
import { registerBot } from "@/lib/fleet/bots/contract.joining";
import { login, type Role, registerAccount, updateUser } from "@/lib/identity/accounts/contract";
import { createApiKey, type KeyScope } from "@/lib/identity/accounts/credentials/contract.keys";
import { Api } from "./api";
import { runOn } from "./db/databases";
import { eventually } from "./eventually";
import { ADMIN } from "./process";
import { theServer } from "./the-server";

export const unique = (prefix: string): string => `${prefix}${randomBytes(5).toString("hex")}`;

export type TestUser = {
  id: number;
  username: string;
  email: string;
  password: string;
  /** The session cookie's value, and the JWT. */
  cookie: string;
  jwt: string;
  /** Calls with the cookie. */
  api: Api;
};

export async function signIn(username: string, password: string, base?: string): Promise<TestUser> {
  const anonymous = new Api(base);
  const answer = await anonymous.send("POST /api/auth/login", { body: { username, password } });
  if (answer.status !== 200) throw new Error(`Sign-in of ${username} answered ${answer.status}: ${answer.text}`);
  const { user, token } = login.response.parse(answer.json);
  const cookie = /session_token=([^;]+)/.exec(answer.headers.get("set-cookie") ?? "")?.[1];
  if (!cookie) throw new Error("Sign-in set no session_token cookie");
  const api = anonymous.with({ cookie: `session_token=${cookie}` });
  return { id: user.id, username: user.username, email: user.email, password, cookie, jwt: token, api };
}

const admins = new Map<string, Promise<TestUser>>();
/** The admin of the environment, signed in once per file and server. */
export function theAdmin(base: string = theServer().url): Promise<TestUser> {
  const known = admins.get(base) ?? signIn(ADMIN.username, ADMIN.password, base);
  admins.set(base, known);
  return known;
}

/** A registered, signed-in user, given its role by the admin. */
export async function aUser(role: Role = "user", base?: string): Promise<TestUser> {
  const username = unique("user");
  const password = "a good long password";
  const body = { username, email: `${username}@example.org`, password, fullname: "Test User" };
  await new Api(base).call(registerAccount, { body });
  if (role !== "user") {
    const { id } = await signIn(username, password, base);
    const admin = await theAdmin(base);
    await admin.api.call(updateUser, { params: { user_id: String(id) }, body: { role } });
  }
  return signIn(username, password, base);
}

export type TestBot = { id: string; token: string; api: Api };

export async function aBot(owner: TestUser, body: Record<string, unknown> = { name: "Greeter" }): Promise<TestBot> {
  const { bot_id, token } = await owner.api.call(createBot, { body });
  return { id: bot_id, token, api: owner.api.bearer(token) };
}

export async function anUnclaimedBot(): Promise<TestBot> {
  const anonymous = new Api();
  const body = { bot_id: unique("wild-") };
  const { bot, token } = await anonymous.call(registerBot, { body });
  if (!token) throw new Error("An unclaimed bot was not told its token");
  return { id: bot.id, token, api: anonymous.bearer(token) };
}

export async function anApiKey(user: TestUser, scope: KeyScope): Promise<{ id: string; secret: string; api: Api }> {
  const body = { name: `key ${scope}`, scope };
  const { key, secret } = await user.api.call(createApiKey, { body });
  return { id: key.id, secret, api: user.api.bearer(secret) };
}

/** As if the user had followed the link of the verification mail. */
export const verifyAddress = (user: TestUser, databaseUrl = theServer().databaseUrl): Promise<void> =>
  runOn(databaseUrl, `UPDATE "user" SET email_verified = ${Date.now()} WHERE id = ${user.id}`);

const isVerification = (mail: string) => mail.includes("/verify?token=");
const isOther = (mail: string) => !isVerification(mail);

/** The mails to an address that have arrived by now, by default without those that verify it. */
export function mailsTo(address: string, isWanted = isOther): string[] {
  const folder = theServer().mailbox;
  return readdirSync(folder)
    .filter((file) => file.endsWith(".eml"))
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .filter((mail) => mail.toLowerCase().includes(`to: ${address.toLowerCase()}`))
    .map(unfold)
    .filter(isWanted);
}

/** The link that verifies a new account's address, waited for. */
export const verificationMailTo = (address: string): Promise<string> => mailTo(address, isVerification);

/** A mail to an address, waited for: others' may be on their way first. */
export const mailTo = async (address: string, isWanted = isOther): Promise<string> =>
  (await eventually(() => mailsTo(address, isWanted)[0], Boolean))!;

/** Quoted-printable undone, so that links are whole. */
const unfold = (mail: string): string =>
  mail.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/g, (_, code) => String.fromCharCode(Number.parseInt(code, 16)));
