/** GraphQL's door: the route file and server.ts. Not a room: it holds no rules, and only server.ts and app/ know it. */
import type { GraphQLParams } from "graphql-yoga";
import type { App } from "@/lib/app";
import { type Actor, asUser } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import { Custom, type Incoming } from "@/lib/edge/http";
import { contextOf } from "./context";
import type { GraphqlRequest } from "./contract";
import { engineOf } from "./engine";
import { whenSwitchedOff } from "./switched";

export { graphqlSockets } from "./sockets";

const RECHECK_MS = 60_000;
/** Apollo and urql look for exactly this message and code. */
const NOT_PERSISTED = {
  message: "PersistedQueryNotSupported",
  extensions: { code: "PERSISTED_QUERY_NOT_SUPPORTED" },
};

/**
 * Answers one request (document 002 "GraphQL API") as graphql-yoga does: JSON, or server-sent events for whoever accepts
 * those. By GET nothing is changed.
 *
 * @param recheck does the credential still count? Asked every minute while events are sent
 */
export async function answer(
  app: App,
  actor: Actor,
  request: Partial<GraphqlRequest>,
  req: Incoming,
  recheck: () => Promise<boolean>,
): Promise<Custom> {
  const { method } = req;
  const accept = req.header("accept") ?? "application/json";
  const { query, variables, extensions } = request;
  // Some clients send every field, with "" for an operation without a name.
  const operationName = request.operationName || undefined;
  // A client that sends the hash of a persisted query sends the text as well when it reads this.
  if (!query) return new Custom({ json: { errors: [NOT_PERSISTED] } });
  const asked = { query, variables, operationName, extensions } as GraphQLParams;
  const response = await engineOf(app).yoga.fetch(
    "http://graphql.local/graphql",
    { method, headers: { accept } },
    { ...contextOf(app, actor.kind === "bot" ? actor : asUser(actor)), asked },
  );
  const contentType = response.headers.get("content-type") ?? "application/json; charset=utf-8";
  const { status } = response;
  if (!contentType.includes("text/event-stream") || !response.body) {
    const text = await response.text();
    return new Custom({ status, contentType, stream: once(text), headers: allowed(response) });
  }
  return new Custom({
    status,
    contentType,
    stream: events(app, response.body, req.signal, recheck),
    // Tell proxies not to buffer, because they would hold events back.
    headers: { "x-accel-buffering": "no" },
  });
}

async function* once(text: string) {
  yield text;
}

const allowed = (response: Response): Record<string, string> => {
  const allow = response.headers.get("allow");
  return allow ? { allow } : {};
};

/**
 * The bytes of a subscription, until the client disconnects or its credential ends. It also ends if nobody reads it,
 * because a client may disconnect before the response has begun.
 */
function events(
  app: App,
  body: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  recheck: () => Promise<boolean>,
): AsyncIterable<Uint8Array> {
  const reader = body.getReader();
  const stop = () => {
    clearInterval(timer);
    for (const end of ends) end();
    signal.removeEventListener("abort", stop);
    void reader.cancel().catch(() => {});
  };
  const timer = setInterval(
    () =>
      void recheck().then(
        (valid) => valid || stop(),
        () => {},
      ),
    RECHECK_MS,
  ).unref();
  const ends = [bus.on("backup.maintenance", ({ on }) => on && stop()), whenSwitchedOff(app, stop)];
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  return (async function* () {
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        yield value;
      }
    } finally {
      stop();
    }
  })();
}
