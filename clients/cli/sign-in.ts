/** `muster login`: signs in by password, and stores an API key. */
import type { Options } from "./options.js";
import { ask, readTokenFile, remember } from "./server.js";
import { print, printJson, question, usage } from "./terminal.js";

/** Signs in by password, asking for what is missing. Returns the token of the session. */
export async function signInByPassword(url: string, username: string): Promise<string> {
  const password = process.env.MUSTER_PASSWORD ?? (await question(`Password of ${username}: `, true));
  return (await ask<{ token: string }>({ url }, "POST /api/auth/login", { username, password })).token;
}

export async function signIn(options: Options): Promise<void> {
  const url = (options.url ?? process.env.MUSTER_URL)?.replace(/\/+$/, "") ?? usage("login needs --url");
  let token = options.token ?? (options["token-file"] && readTokenFile(options["token-file"]));
  if (!token) {
    const session = await signInByPassword(url, options.username ?? (await question("Username: ")));
    const name = `muster command line, ${new Date().toISOString().slice(0, 10)}`;
    const body = { name, scope: options.scope ?? "operate" };
    token = (await ask<{ secret: string }>({ url, token: session }, "POST /api/auth/api-keys", body)).secret;
  }
  await ask({ url, token }, "GET /api/bots?limit=1");
  const file = remember({ url, token });
  if (options.json) printJson({ status: "ok", url, file });
  else print(`Signed in to ${url}; the key is in ${file}`);
}
