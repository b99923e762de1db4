/** Opens an address for reading. Redirects are followed one by one, and lib/core/outbound checks each address. */
import type { Readable } from "node:stream";
import type { CookieJar } from "tough-cookie";
import { AppError } from "@/lib/core/errors";
import { explained, parseUrl } from "@/lib/core/outbound/index";
import { exchange, headerText, redirectOf } from "@/lib/core/outbound/request";

const REDIRECTS = 10;
const IDLE_MS = 30_000;

/** An error for which another attempt cannot help. */
export class Hopeless extends AppError {}
/** Another transfer must end first. Waiting for it does not count as an attempt. */
export class Waits extends AppError {}
/** The connection failed, or the server refused to answer: another attempt may succeed. */
export class Broken extends AppError {}

export type Opened = {
  status: number;
  /** Returns a header. Bytes beyond ASCII are read as UTF-8 if valid, otherwise as Latin-1. */
  header(name: string): string | undefined;
  body: Readable;
  url: URL;
};

type Opening = {
  url: string;
  headers: Record<string, string>;
  /** Cookies of this attempt: some servers redirect to the same address until the client returns their cookie. */
  cookies: CookieJar;
  /** Called before each request. @throws an error that ends the transfer */
  count(): void;
  signal: AbortSignal;
};

/**
 * @throws AppError INVALID_INPUT the address is not allowed; Broken it could not be reached @throws Hopeless too many
 *   redirects
 */
export async function openUrl({ url: text, headers, cookies, count, signal }: Opening): Promise<Opened> {
  let url = parseUrl(text);
  for (let hop = 0; ; hop++) {
    count();
    const cookie = await cookies.getCookieString(url.href);
    const reply = await exchange(url, {
      headers: {
        ...{ "accept-encoding": "identity", accept: "*/*", "user-agent": "Muster" },
        ...(cookie && { cookie }),
        ...headers,
      },
      signal,
      idleMs: IDLE_MS,
    }).catch((error) => {
      throw signal.aborted ? error : brokenOff(error, url);
    });
    for (const line of reply.headers["set-cookie"] ?? [])
      await cookies.setCookie(line, url.href, { ignoreError: true });
    const location = redirectOf(reply, url);
    if (location === null) {
      const header = (name: string) => {
        const value = reply.headers[name];
        const first = Array.isArray(value) ? value[0] : value;
        return first === undefined ? undefined : headerText(first);
      };
      return { status: reply.status, header, body: reply.body, url };
    }
    await discard(reply.body);
    if (hop >= REDIRECTS) throw new Hopeless("BAD_GATEWAY", `${url.host} redirects more than ${REDIRECTS} times`);
    if (!URL.canParse(location)) throw new Hopeless("BAD_GATEWAY", `${url.host} redirects to nowhere`);
    url = parseUrl(location);
  }
}

/** Closes a response that is not read to its end. Resolves when it is closed: a host may allow only one connection. */
export async function discard(body: Readable): Promise<void> {
  body.on("error", () => {});
  if (body.closed) return;
  const closed = new Promise<void>((resolve) => body.once("close", resolve));
  body.destroy();
  await closed;
}

/** Reads the next bytes of a body; undefined at its end. @throws the network's error, ETIMEDOUT when nothing arrives */
export async function readNext(body: Readable, chunks: AsyncIterator<Buffer>): Promise<Buffer | undefined> {
  const idle = setTimeout(
    () => body.destroy(Object.assign(new Error("nothing came in time"), { code: "ETIMEDOUT" })),
    IDLE_MS,
  );
  try {
    const { done, value } = await chunks.next();
    return done ? undefined : value;
  } finally {
    clearTimeout(idle);
  }
}

/** Converts the error of a failed request to one with a readable message. */
export function brokenOff(error: unknown, url: URL): unknown {
  const { code = "" } = error as { code?: string };
  const said = explained(error, url, /TIMEOUT|ETIMEDOUT/.test(code));
  return said instanceof AppError && said.code !== "INVALID_INPUT" && !(said instanceof Hopeless)
    ? new Broken(said.code, said.message)
    : said;
}
