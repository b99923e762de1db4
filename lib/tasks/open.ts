/** Opening an address to read from it: redirects followed one by one, each hop judged by lib/outbound. */
import type { Dispatcher } from "undici";
import { AppError } from "@/lib/errors";
import { explained, guardedAgent, parseUrl } from "@/lib/outbound";

const REDIRECTS = 10;
const IDLE_MS = 30_000;

/** Not worth another attempt. */
export class Hopeless extends AppError {}
/** Another transfer must end first: waiting for it counts as no attempt. */
export class Waits extends AppError {}

export type Opened = {
  status: number;
  header(name: string): string | undefined;
  body: Dispatcher.ResponseData["body"];
  url: URL;
};

/**
 * @param headers no credentials: they would be told to whoever a redirect names
 * @throws AppError INVALID_INPUT an address that may not be asked; BAD_GATEWAY, GATEWAY_TIMEOUT it could not be
 */
export async function openUrl(text: string, headers: Record<string, string>, signal: AbortSignal): Promise<Opened> {
  let url = parseUrl(text);
  const [{ request }, dispatcher] = await Promise.all([import("undici"), guardedAgent()]);
  for (let hop = 0; ; hop++) {
    let reply: Dispatcher.ResponseData;
    try {
      reply = await request(url, {
        headers: { "accept-encoding": "identity", accept: "*/*", "user-agent": "Muster", ...headers },
        signal,
        dispatcher,
        headersTimeout: IDLE_MS,
        bodyTimeout: IDLE_MS,
      });
    } catch (error) {
      throw signal.aborted ? error : brokenOff(error, url);
    }
    const header = (name: string) => {
      const value = reply.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const location = header("location");
    if (![301, 302, 303, 307, 308].includes(reply.statusCode) || !location)
      return { status: reply.statusCode, header, body: reply.body, url };
    await discard(reply.body);
    if (hop >= REDIRECTS) throw new Hopeless("BAD_GATEWAY", `${url.host} redirects more than ${REDIRECTS} times`);
    if (!URL.canParse(location, url)) throw new Hopeless("BAD_GATEWAY", `${url.host} redirects to nowhere`);
    url = parseUrl(new URL(location, url).href);
  }
}

/** Ends an answer nobody reads on. */
export async function discard(body: Opened["body"]): Promise<void> {
  body.on("error", () => {});
  body.destroy();
}

/** An exchange that failed, in words. */
export function brokenOff(error: unknown, url: URL): unknown {
  const code = (error as { code?: string }).code ?? "";
  return explained(error, url, /TIMEOUT|ETIMEDOUT/.test(code));
}
