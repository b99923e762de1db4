/** `muster login`: signs in by password or in a browser, and stores an API key. */
import { codeFromBrowser } from "./browser.js";
import type { Options } from "./options.js";
import { ask, readTokenFile, remember, Trouble } from "./server.js";
import { print, printJson, question, usage } from "./terminal.js";

/** Sends a sign-in, and sends it once more with a code where the account has a second factor. Returns the session's token. */
async function begin(url: string, line: string, body: object): Promise<string> {
  const send = async (otp?: string) => (await ask<{ token: string }>({ url }, line, { ...body, otp })).token;
  try {
    return await send(process.env.MUSTER_OTP);
  } catch (error) {
    if (!(error instanceof Trouble) || error.code !== "SECOND_FACTOR_REQUIRED") throw error;
    return send(await question("Code of your authenticator app, or a recovery code: "));
  }
}

/** Signs in by password, asking for what is missing. Returns the token of the session. */
async function signInByPassword(url: string, username: string): Promise<string> {
  const password = process.env.MUSTER_PASSWORD ?? (await question(`Password of ${username}: `, true));
  return begin(url, "POST /api/auth/login", { username, password });
}

type Provider = { id: string; name: string };
type Ways = { accepts_passwords: boolean; has_discord: boolean; providers: Provider[] };

/** Returns the provider to sign in with; undefined for a password. */
async function chooseProvider(url: string, given: string | undefined): Promise<Provider | undefined> {
  const ways = await ask<Ways>({ url }, "GET /api/console");
  const all = [...ways.providers, ...(ways.has_discord ? [{ id: "discord", name: "Discord" }] : [])];
  const ids = all.map(({ id }) => id).join(", ");
  if (given !== undefined)
    return (
      all.find(({ id }) => id === given) ?? usage(`This server has no provider "${given}"${ids && `; it has ${ids}`}`)
    );
  if (ways.accepts_passwords) return undefined;
  return all.length === 1 ? all[0] : usage(`This server takes no passwords: give --provider with one of ${ids}`);
}

/**
 * Signs in by the password of `username`, or by a provider in the browser where `provider` names one or the server takes no
 * passwords. Returns the token of the session.
 */
export async function openSession(url: string, username: string | undefined, provider?: string): Promise<string> {
  const chosen = await chooseProvider(url, provider);
  if (!chosen) return signInByPassword(url, username ?? (await question("Username: ")));
  const path = chosen.id === "discord" ? "/api/discord/auth" : `/api/auth/sso/${encodeURIComponent(chosen.id)}`;
  return begin(url, "POST /api/auth/token", await codeFromBrowser(url, path));
}

/** Ends a session that has served its purpose. One that cannot be ended now ends by itself. */
export async function endSession(url: string, token: string): Promise<void> {
  await ask({ url, token }, "POST /api/auth/logout").catch(() => undefined);
}

export async function signIn(options: Options): Promise<void> {
  const url = (options.url ?? process.env.MUSTER_URL)?.replace(/\/+$/, "") ?? usage("login needs --url");
  let token = options.token ?? (options["token-file"] && readTokenFile(options["token-file"]));
  if (!token) {
    const session = await openSession(url, options.username, options.provider);
    const name = `muster command line, ${new Date().toISOString().slice(0, 10)}`;
    const body = { name, scope: options.scope ?? "operate" };
    token = (await ask<{ secret: string }>({ url, token: session }, "POST /api/auth/api-keys", body)).secret;
    await endSession(url, session);
  }
  await ask({ url, token }, "GET /api/bots?limit=1");
  const file = remember({ url, token });
  if (options.json) printJson({ status: "ok", url, file });
  else print(`Signed in to ${url}; the key is in ${file}`);
}
