/** Last step: the handler's result, or its error, as a reply in the dialect of the route. */
import type { Operation } from "@/lib/core/contract";
import { env } from "@/lib/core/env";
import { logger, toldError } from "@/lib/core/log/logger";
import type { Adapter, Asked } from "../adapter";
import type { Incoming } from "../body/incoming";
import { type Dialect, errorBody } from "../dialects";
import { Custom, type Reply } from "../reply";
import { withIgnored } from "../unknown-fields";

const BASE_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

/** Turns a handler's result into a reply, checked against the contract in development and tests. */
export function replyOf(contract: Operation, result: unknown, ignored: string[]): Reply {
  if (result instanceof Custom) return customReply(result, contract);
  const json = checked(contract, withIgnored(result, ignored));
  return jsonReply(contract.status ?? 200, json, contract.etag ? etag(contract.etag, result) : undefined);
}

/** The JSON of a handler's result, as `replyOf` answers it. */
export const shownOf = (result: unknown, ignored: string[]): unknown =>
  result instanceof Custom ? result.reply.json : withIgnored(result, ignored);

/** Puts a successful reply of JSON into the words of the client that the adapter is for. Status and headers stay. */
export async function adaptReply(reply: Reply, { reply: adapt }: Adapter, json: unknown, asked: Asked): Promise<Reply> {
  if (!adapt || json === undefined || typeof reply.body !== "string" || reply.status >= 300) return reply;
  return { ...reply, body: JSON.stringify(await adapt(json, asked)) };
}

/** The token in the address of an incoming webhook is a credential, which must not be logged. */
const loggedPath = (req: Incoming | undefined) => req?.path.replace(/(\/incoming\/)[^/]+/, "$1…");

/** Turns anything thrown into an error in the caller's `dialect`. Unexpected errors are logged, and the reply hides them. */
export function errorReply(error: unknown, dialect: Dialect, req?: Incoming): Reply {
  const known = toldError(error, "a request failed unexpectedly", { method: req?.method, path: loggedPath(req) });
  const headers: Record<string, string> = {};
  if (known.retryAfter) headers["retry-after"] = String(known.retryAfter);
  if (known.code === "PAYLOAD_TOO_LARGE" || known.code === "REQUEST_TIMEOUT") headers.connection = "close";
  if (known.code === "UNAUTHORIZED") headers["www-authenticate"] = 'Bearer realm="muster"';
  return jsonReply(known.status, errorBody(dialect, known), headers);
}

function checked(contract: Operation, json: unknown): unknown {
  if (!env.checkReplies) return json;
  const parsed = contract.response.safeParse(json);
  if (parsed.success) return json;
  logger.error({ issues: parsed.error.issues, operation: contract.summary }, "a reply breaks its contract");
  throw new Error(`The reply of "${contract.summary}" breaks its contract: ${parsed.error.message}`);
}

function etag(path: string, json: unknown): { etag: string } {
  let version = json;
  for (const name of path.split(".")) version = (version as Record<string, unknown>)[name];
  return { etag: `"${version}"` };
}

const jsonReply = (status: number, json: unknown, headers?: Record<string, string | string[]>): Reply => ({
  status,
  headers: headers ? { ...BASE_HEADERS, ...headers } : { ...BASE_HEADERS },
  body: JSON.stringify(json),
});

function customReply({ reply }: Custom, contract: Operation): Reply {
  if (reply.stream)
    return {
      status: reply.status ?? 200,
      headers: { ...BASE_HEADERS, "content-type": reply.contentType ?? BASE_HEADERS["content-type"], ...reply.headers },
      body: reply.stream,
    };
  return jsonReply(reply.status ?? 200, checked(contract, reply.json), reply.headers);
}
