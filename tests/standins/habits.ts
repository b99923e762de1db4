/**
 * A file server with habits of real ones that other download tools handle. `/<habit>/<name>` is a file served with that
 * habit; `contentOf(name, …)` is its content. It listens on 127.0.0.2, as tests/standins/files.ts does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { contentOf } from "./files";

const HOST = "127.0.0.2";
/** Large enough for several connections. */
export const LARGE = 33 * 1_048_576;
export const SMALL = 10_000;

type Given = { size?: number; headers?: Record<string, string>; isRanged?: boolean; drop?: number };
type Exchange = {
  req: IncomingMessage;
  res: ServerResponse;
  name: string;
  /** The number of this request to the path, from 1. */
  times: number;
  /** The number of running answers of this path, including this one. */
  open: number;
  give(given?: Given): Promise<void>;
};

const DATE = "Mon, 02 Nov 2026 10:00:00 GMT";
const refuse = ({ res }: Exchange, status: number) => void res.writeHead(status).end("no");
const named = (disposition: string) => (one: Exchange) =>
  one.give({ headers: { "content-disposition": Buffer.from(disposition).toString("latin1") } });
/** The first answer breaks off; every request with Range is refused. */
const refusesRange = (status: number) => (one: Exchange) =>
  one.req.headers.range
    ? refuse(one, status)
    : one.give({ size: LARGE, headers: { etag: '"a"' }, drop: one.times === 1 ? 20_000_000 : undefined });
/** Answers one connection at a time, or one at all. */
const refusesSecond =
  (status: number, isForGood = false) =>
  (one: Exchange) =>
    one.open > 1 || (isForGood && one.times > 1)
      ? refuse(one, status)
      : one.give({ size: LARGE, headers: { etag: '"a"' }, isRanged: true });

export const HABITS: Record<string, (one: Exchange) => unknown> = {
  "range-416": refusesRange(416),
  "range-403": refusesRange(403),
  "range-400": refusesRange(400),
  "range-501": refusesRange(501),
  "etag-differs": (one) => one.give({ size: LARGE, headers: { etag: `"${one.times}"` }, isRanged: true }),
  "modified-differs": (one) =>
    one.give({
      size: LARGE,
      headers: { "last-modified": new Date(Date.UTC(2026, 1, 1) + one.times * 60_000).toUTCString() },
      isRanged: true,
    }),
  "if-range-date": (one) =>
    one.give({
      size: LARGE,
      headers: { etag: '"a"', "last-modified": DATE },
      isRanged: [undefined, DATE].includes(one.req.headers["if-range"] as string | undefined),
      drop: one.times === 1 ? 20_000_000 : undefined,
    }),
  "once-403": refusesSecond(403, true),
  "once-410": refusesSecond(410, true),
  "single-429": refusesSecond(429),
  "single-503": refusesSecond(503),
  "single-509": refusesSecond(509),
  cookie: (one) =>
    one.req.headers.cookie === "seen=1"
      ? one.give()
      : void one.res.writeHead(302, { location: one.req.url, "set-cookie": "seen=1; Path=/; HttpOnly" }).end(),
  location: (one) =>
    one.name === "start"
      ? void one.res.writeHead(302, { location: Buffer.from("/location/größe.bin").toString("latin1") }).end()
      : one.give(),
  gzip: ({ res, name }) =>
    void res.writeHead(200, { "content-encoding": "gzip", etag: '"a"' }).end(gzipSync(contentOf(name, SMALL))),
  "name-latin1": named("attachment; filename*=iso-8859-1''caf%E9.txt"),
  "name-percent": named("attachment; filename=caf%C3%A9%20noir.txt"),
  "name-xfilename": named("attachment; xfilename=wrong.txt"),
  "name-rfc2047": named('attachment; filename="=?UTF-8?B?Y2Fmw6k=?= =?UTF-8?Q?_noir.txt?="'),
  "name-continued": named("attachment; filename*0*=utf-8''caf%C3; filename*1*=%A9; filename*2=.txt"),
  "name-spaces": named("attachment; filename=my long name.txt; size=3"),
  "name-joiners": named('attachment; filename="می‌خواهم 👩‍💻.txt"'),
  basic: (one) =>
    one.req.headers.authorization === `Basic ${Buffer.from("us er:p@ss").toString("base64")}`
      ? one.give()
      : refuse(one, 401),
  away: ({ req, res }) =>
    void res.writeHead(302, { location: new URL(req.url!, "http://x").searchParams.get("to")! }).end(),
  broken: (one) => one.give({ size: LARGE, headers: { etag: `"${one.times}"` }, isRanged: true, drop: 3_000_000 }),
};

async function give({ req, res, name }: Omit<Exchange, "give">, given: Given): Promise<void> {
  const { size = SMALL, headers = {}, isRanged = false, drop = Number.POSITIVE_INFINITY } = given;
  const content = contentOf(decodeURIComponent(name), size);
  const asked = isRanged ? /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? "") : null;
  const ifRange = req.headers["if-range"];
  const isFresh = !ifRange || Object.values(headers).includes(ifRange as string);
  const from = asked && isFresh ? Number(asked[1]) : 0;
  const to = asked?.[2] && isFresh ? Math.min(size, Number(asked[2]) + 1) : size;
  res.writeHead(asked && isFresh ? 206 : 200, {
    ...headers,
    "content-length": to - from,
    ...(asked && isFresh && { "content-range": `bytes ${from}-${to - 1}/${size}` }),
  });
  for (let at = from; at < to && !res.destroyed; at += 1_048_576) {
    if (at - from >= drop) return void res.destroy();
    // The second connection is answered before the first has finished.
    if (!res.write(content.subarray(at, Math.min(to, at + 1_048_576)))) await sleep(5);
  }
  res.end();
}

export type HabitsStandin = {
  url: string;
  /** Requests by habit, with their headers. */
  requests: Map<string, IncomingMessage["headers"][]>;
  close(): Promise<void>;
};

export async function habitsStandin(): Promise<HabitsStandin> {
  const requests: HabitsStandin["requests"] = new Map();
  const open = new Map<string, number>();
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url ?? "/", "http://files");
    const [habit = "", name = ""] = pathname.slice(1).split("/");
    const seen = requests.get(habit) ?? [];
    requests.set(habit, [...seen, req.headers]);
    open.set(habit, (open.get(habit) ?? 0) + 1);
    res.once("close", () => open.set(habit, open.get(habit)! - 1));
    const one = { req, res, name, times: seen.length + 1, open: open.get(habit)! };
    const answer = HABITS[habit] ?? ((each: Exchange) => refuse(each, 404));
    answer({ ...one, give: (given = {}) => give(one, given).catch(() => void res.destroy()) });
  });
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve));
  const { port } = server.address() as { port: number };
  return {
    requests,
    url: `http://${HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
