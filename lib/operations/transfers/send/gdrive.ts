/**
 * Sends files to Google Drive with a service account, by resumable uploads, which continue after a restart of the
 * server.
 */

import { createReadStream, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { googleSignIn, ServiceAccount } from "@/lib/core/outbound/google";
import { outbound } from "@/lib/core/outbound/index";
import { exchange } from "@/lib/core/outbound/request";
import { seal, unseal } from "@/lib/core/secrets";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import type { Sender, Sending } from "./sender";

/** Drive requires a multiple of 256 kB. */
const CHUNK_BYTES = 8_388_608;
const SCOPE = "https://www.googleapis.com/auth/drive";
const IDLE_MS = 120_000;

type Settings = { account?: string; baseUrl: string };
type Reply = { status: number; header(name: string): string | null; data: unknown };

type Ask = { url: string; method: "POST" | "PUT"; headers: Record<string, string>; body?: Buffer | string };
type Drive = { ask: (request: Ask, signal: AbortSignal) => Promise<Reply>; baseUrl: string };

/** @throws Error that quotes nothing of the account, because that contains a private key */
function keyOf(account: string | undefined): ServiceAccount {
  const text = account?.trim().startsWith("{")
    ? account
    : readFileSync(/* turbopackIgnore: true */ account ?? "", "utf8");
  return ServiceAccount.parse(readJson(text));
}

/** Sends requests with the service account's token. After a failure a new token is fetched. */
function createAsk(account: string | undefined): Drive["ask"] {
  let token: Promise<() => Promise<string>> | undefined;
  /** Every status is returned as an answer, none is thrown. */
  return async ({ url, headers, ...rest }, signal) => {
    try {
      token ??= googleSignIn(keyOf(account), SCOPE, outbound);
      const authorization = await (await token)();
      const reply = await exchange(new URL(url), {
        ...{ ...rest, headers: { ...headers, authorization } },
        ...{ signal, trusted: true, idleMs: IDLE_MS },
      });
      const data = parsed(await text(reply.body));
      const header = (name: string) => {
        const value = reply.headers[name];
        return (Array.isArray(value) ? value[0] : value) ?? null;
      };
      return { status: reply.status, header, data };
    } catch (error) {
      signal.throwIfAborted();
      token = undefined;
      throw new AppError("BAD_GATEWAY", `Google Drive could not be reached: ${cutText((error as Error).message, 200)}`);
    }
  };
}

/**
 * Finds the folder for a file: the user's folder, or within it a torrent's folders, which are created when first
 * needed.
 */
async function placeOf({ ask, baseUrl }: Drive, { state, folders, folderId, signal }: Sending): Promise<string | null> {
  state.folders ??= {};
  const made = state.folders as Record<string, string>;
  let parent = folderId;
  for (let depth = 1; depth <= folders.length; depth++) {
    const path = `/${folders.slice(0, depth).join("/")}`;
    made[path] ??= await makeFolder({ ask, baseUrl }, folders[depth - 1]!, parent, signal);
    parent = made[path];
  }
  return parent;
}

async function makeFolder(
  { ask, baseUrl }: Drive,
  name: string,
  parent: string | null,
  signal: AbortSignal,
): Promise<string> {
  const reply = await ask(
    {
      url: `${baseUrl}/drive/v3/files?supportsAllDrives=true&fields=id`,
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        ...{ name, mimeType: "application/vnd.google-apps.folder" },
        ...(parent && { parents: [parent] }),
      }),
    },
    signal,
  );
  const { id } = (reply.data ?? {}) as { id?: string };
  if (reply.status !== 200 || !id) throw refusal(reply);
  return id;
}

/**
 * Returns the upload session, an earlier or a new one. If the upload had finished without its answer arriving here,
 * returns the link to the file.
 */
async function session(drive: Drive, sending: Sending): Promise<{ url: string; at: number } | { link: string }> {
  const { ask, baseUrl } = drive;
  const { state, part, signal } = sending;
  if (typeof state.drive === "string") {
    const url = unseal(state.drive);
    const reply = await ask(
      { url, method: "PUT", headers: { "content-range": `bytes */${part.bytes}` }, body: "" },
      signal,
    );
    if (reply.status === 308) return { url, at: arrivedBytes(reply) };
    if (reply.status >= 500 || reply.status === 429) throw refusal(reply);
    delete state.drive;
    if (isDone(reply)) return { link: linkOf(reply) };
  }
  const folder = await placeOf(drive, sending);
  const reply = await ask(
    {
      url: `${baseUrl}/upload/drive/v3/files?uploadType=resumable&supportsAllDrives=true&fields=id,webViewLink`,
      method: "POST",
      headers: { "x-upload-content-length": String(part.bytes), "content-type": "application/json" },
      body: JSON.stringify({ name: part.name, ...(folder && { parents: [folder] }) }),
    },
    signal,
  );
  const url = reply.header("location");
  if (reply.status !== 200 || !url) throw refusal(reply);
  state.drive = seal(url);
  return { url, at: 0 };
}

/** Sends a part in chunks, from where an earlier attempt left off. @returns the address of the file in Drive */
async function send(drive: Drive, sending: Sending): Promise<string> {
  const { file, part, arrived, throttle, signal, state } = sending;
  const begun = await session(drive, sending);
  if ("link" in begun) return begun.link;
  let { url, at } = begun;
  for (;;) {
    arrived(at);
    const to = Math.min(part.bytes, at + CHUNK_BYTES);
    const range = part.bytes === 0 ? "bytes */0" : `bytes ${at}-${to - 1}/${part.bytes}`;
    await throttle(to - at, signal);
    const body = await read(file, part.from + at, part.from + to, signal);
    const reply = await drive.ask({ url, method: "PUT", headers: { "content-range": range }, body }, signal);
    if (isDone(reply)) {
      arrived(part.bytes);
      delete state.drive;
      return linkOf(reply);
    }
    if (reply.status !== 308) {
      // The session has expired: the next attempt starts a new one.
      if (reply.status === 404 || reply.status === 410) {
        delete state.drive;
        throw new AppError("BAD_GATEWAY", "Google Drive ended the upload");
      }
      throw refusal(reply);
    }
    const before = at;
    at = arrivedBytes(reply);
    if (at <= before) throw new AppError("BAD_GATEWAY", "Google Drive does not accept any data of the file");
  }
}

export function createDriveSender({ account, baseUrl }: Settings): Sender {
  const drive: Drive = { ask: createAsk(account), baseUrl };
  return {
    resumes: true,

    missing() {
      if (!account)
        return "gdrive is not set up on this server: set GDRIVE_SERVICE_ACCOUNT to a service account's JSON";
      try {
        keyOf(account);
        return undefined;
      } catch {
        return "gdrive is not set up on this server: GDRIVE_SERVICE_ACCOUNT is no key file of a service account";
      }
    },

    send: (sending) => send(drive, sending),
  };
}

const isDone = ({ status }: Reply): boolean => status === 200 || status === 201;

function linkOf({ data }: Reply): string {
  const { id, webViewLink } = data as { id: string; webViewLink?: string };
  return webViewLink ?? `https://drive.google.com/file/d/${id}/view`;
}

/** Returns the number of bytes that have arrived: `Range: bytes=0-524287` gives 524288, no header gives 0. */
function arrivedBytes(reply: Reply): number {
  const found = /^bytes=0-(\d+)$/.exec(reply.header("range") ?? "");
  return found ? Number(found[1]) + 1 : 0;
}

function parsed(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

async function read(file: string, from: number, to: number, signal: AbortSignal): Promise<Buffer> {
  if (to <= from) return Buffer.alloc(0);
  const chunks: Buffer[] = [];
  for await (const chunk of createReadStream(file, { start: from, end: to - 1, signal })) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refusal({ status, data }: Reply): AppError {
  const said = cutText((data as { error?: { message?: string } })?.error?.message ?? "", 200);
  const text = `Google Drive answered ${status}${said ? `: ${said}` : ""}`;
  return status >= 400 && status < 500 && ![408, 429].includes(status)
    ? new Hopeless("BAD_GATEWAY", text)
    : new AppError("BAD_GATEWAY", text);
}
