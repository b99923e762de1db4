/** Opening an address to read from it: redirects followed one by one, each hop judged by lib/core/outbound/index. */
import type { Readable } from "node:stream";
import type { CookieJar } from "tough-cookie";
import { AppError } from "@/lib/core/errors";
import { explained, parseUrl } from "@/lib/core/outbound/index";
import { exchange, headerText, redirectOf } from "@/lib/core/outbound/request";

const REDIRECTS = 10;
const IDLE_MS = 30_000;

/** Not worth another attempt. */
export class Hopeless extends AppError {}
/** Another transfer must end first: waiting for it counts as no attempt. */
export class Waits extends AppError {}
/** The connection failed, or the server would not answer: another attempt may do better. */
export class Broken extends AppError {}

export type Opened = {
  status: number;
  /** Text beyond ASCII is read as UTF-8 where it is valid, else as Latin-1. */
  header(name: string): string | undefined;
  body: Readable;
  url: URL;
};

type Opening = {
  url: string;
  headers: Record<string, string>;
  /** Cookies of this attempt: some servers redirect to the same address until their cookie comes back. */
  cookies: CookieJar;
  /** Called before each request. @throws what ends the transfer */
  count(): void;
  signal: AbortSignal;
};

/**
 * @throws AppError INVALID_INPUT an address that may not be asked; Broken it could not be
 * @throws Hopeless redirects without end
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

/** The next bytes of a body; undefined at its end. @throws what the network throws, ETIMEDOUT when nothing comes */
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

/** An exchange that failed, in words. */
export function brokenOff(error: unknown, url: URL): unknown {
  const { code = "" } = error as { code?: string };
  const said = explained(error, url, /TIMEOUT|ETIMEDOUT/.test(code));
  return said instanceof AppError && said.code !== "INVALID_INPUT" && !(said instanceof Hopeless)
    ? new Broken(said.code, said.message)
    : said;
}
