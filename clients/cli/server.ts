/** Reads and stores the server address and API key that the command line uses, and sends requests with them. */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { readJson, writeJson } from "../typescript/src/json.js";

/** An error whose message is shown to the person without a stack. `code` names the refusal of a server. */
export class Trouble extends Error {
  constructor(
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }
}

export type Account = { url: string; token: string };
const FILE = () => join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "muster", "config.json");

/** Writes ~/.config/muster/config.json, readable by its owner only. Returns the path of the file. */
export function remember(account: Account): string {
  const file = FILE();
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, `${JSON.stringify(account, null, 2)}\n`, { mode: 0o600 });
  // `writeFileSync` applies `mode` only to new files.
  chmodSync(file, 0o600);
  return file;
}

/** Reads a token from a file, without the space around it. @throws Trouble when the file cannot be read or is empty */
export function readTokenFile(file: string): string {
  let token: string;
  try {
    token = readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new Trouble(`The token cannot be read: ${(error as Error).message}`);
  }
  if (!token) throw new Trouble(`${file} holds no token`);
  return token;
}

type Given = { url?: string; token?: string; "token-file"?: string };

/**
 * Returns the address and the token: from the options, else MUSTER_URL and MUSTER_TOKEN, else the file that `muster login`
 * wrote.
 *
 * @throws Trouble when there is neither
 */
export function account(given: Given): Account {
  const { MUSTER_URL, MUSTER_TOKEN } = process.env;
  const file = given["token-file"];
  let stored: Partial<Account> = {};
  try {
    stored = JSON.parse(readFileSync(FILE(), "utf8"));
  } catch {
    // The file does not exist before the first `muster login`.
  }
  const url = given.url ?? MUSTER_URL ?? stored.url;
  const token = given.token ?? (file && readTokenFile(file)) ?? MUSTER_TOKEN ?? stored.token;
  if (!url || !token) throw new Trouble("Not signed in: run `muster login --url <server>` first");
  return { url: url.replace(/\/+$/, ""), token };
}

/** Sends one request. @throws Trouble with the server's message when it refuses or cannot be reached */
export async function ask<T>(
  { url, token }: Partial<Account> & { url: string },
  line: string,
  body?: object,
): Promise<T> {
  const [method, path] = line.split(" ") as [string, string];
  let response: Response;
  try {
    response = await fetch(url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(body && { "content-type": "application/json" }),
      },
      body: body && writeJson(body),
    });
  } catch (error) {
    const { cause, message } = error as Error & { cause?: Error };
    throw new Trouble(`${url} cannot be reached: ${cause?.message ?? message}`);
  }
  let reply: { error?: string; code?: string } = {};
  try {
    reply = readJson(await response.text(), "bigint");
  } catch {
    // The reply is not JSON, for example an error page of a proxy.
  }
  if (!response.ok) throw new Trouble(`${reply.error ?? response.statusText} (${response.status})`, reply.code);
  return reply as T;
}
