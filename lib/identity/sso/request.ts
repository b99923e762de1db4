/** Requests to providers, through the guard of outgoing requests. Access tokens are used at once and never stored. */
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import type { OutboundReply, OutboundRequest } from "@/lib/core/outbound/index";
import { PROBLEMS, type Problem } from "./contract";

export type RequestDeps = {
  outbound: (url: string, options: OutboundRequest) => Promise<OutboundReply>;
  warn: (detail: object, text: string) => void;
};

/** A provider as the rules see it. `groups` is undefined where the provider was not asked for them. */
export type Person = {
  id: string;
  username: string;
  fullname: string;
  avatar: string | null;
  email: string | null;
  emailVerified: boolean;
  groups?: string[];
};

/** Creates the error with that name; `field` is the invalid input. */
export function problem(name: Problem, field?: string): AppError {
  const [code, text] = PROBLEMS[name];
  return new AppError(code, text, { problem: name, ...(field && { field }) });
}

/** Sends one request. @throws AppError timeout, unreachable */
export async function ask({ outbound, warn }: RequestDeps, url: string, options: OutboundRequest) {
  let reply: OutboundReply;
  try {
    const headers = { accept: "application/json", "user-agent": "Muster", ...options.headers };
    reply = await outbound(url, { timeoutMs: 10_000, maxBytes: 524_288, redirects: 0, ...options, headers });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    warn({ err: error.message, host: new URL(url).host }, "a sign-in provider did not answer");
    throw problem(error.code === "GATEWAY_TIMEOUT" ? "timeout" : "unreachable");
  }
  if (reply.status < 500 && reply.status !== 429) return reply;
  warn({ status: reply.status, host: new URL(url).host }, "a sign-in provider answered with an error");
  throw problem("unreachable");
}

function json(reply: OutboundReply): unknown {
  try {
    return readJson(reply.body.toString("utf8"));
  } catch {
    return undefined;
  }
}

/** Checks an answer's status and shape. @throws AppError unreachable */
export function parsed<S extends z.ZodType>({ warn }: RequestDeps, schema: S, reply: OutboundReply): z.output<S> {
  const found = reply.status === 200 ? schema.safeParse(json(reply)) : undefined;
  if (found?.success) return found.data;
  warn({ status: reply.status, host: new URL(reply.url).host }, "a sign-in provider answered something unexpected");
  throw problem("unreachable");
}

type Exchange = { url: string; trusted: boolean; fields: Record<string, string>; headers?: Record<string, string> };

/** Sends a code to the token endpoint. @throws AppError code, misconfigured and those of `ask` */
export async function exchange<S extends z.ZodType>(
  deps: RequestDeps,
  schema: S,
  { url, trusted, fields, headers }: Exchange,
): Promise<z.output<S>> {
  const reply = await ask(deps, url, {
    ...{ method: "POST", trusted },
    headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  });
  const answer = json(reply) as { error?: unknown } | undefined;
  const error = typeof answer?.error === "string" ? answer.error : undefined;
  // GitHub answers 200 when it refuses a code.
  if (reply.status === 200 && error === undefined) return parsed(deps, schema, reply);
  if (error === "invalid_grant" || error === "bad_verification_code") throw problem("code", "code");
  deps.warn(
    { status: reply.status, error: cutText(error ?? "", 64) },
    "a sign-in provider refused the exchange of a code",
  );
  throw problem("misconfigured");
}

/** The value of an Authorization header with the client's id and secret (RFC 6749, 2.3.1). */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString("base64")}`;
