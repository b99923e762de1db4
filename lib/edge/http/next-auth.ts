/** The paths of next-auth (session, csrf, providers, sign-in), answered by its handler for plain Node servers. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseCookie } from "cookie";
import type { NextAuthOptions } from "next-auth";
import { AppError } from "@/lib/core/errors";
import { authOptions } from "@/lib/identity/accounts";
import type { Incoming } from "./body/incoming";
import { parseJson } from "./body/json";
import { PLAIN_POLICY, SAFE_HEADERS } from "./safe-headers";

/** Its forms hold a token and an address. */
const BODY_BYTES = 65_536;
const PREFIX = "/api/auth/";

/** A request in the form of Next's API routes, which next-auth expects. */
type AuthRequest = Pick<IncomingMessage, "headers" | "method"> & {
  query: Record<string, unknown>;
  cookies: Record<string, string | undefined>;
  body: unknown;
};
type AuthHandler = (req: AuthRequest, res: ServerResponse, options: NextAuthOptions) => Promise<unknown>;

/** Loads the package on first use: it is large, and Muster's own pages sign in without it. */
async function loadHandler(): Promise<AuthHandler> {
  const { default: loaded } = (await import("next-auth")) as unknown as {
    default: AuthHandler | { default: AuthHandler };
  };
  return typeof loaded === "function" ? loaded : loaded.default;
}

/** The texts of a body, which is JSON or a form. @throws AppError INVALID_INPUT, PAYLOAD_TOO_LARGE */
async function bodyOf(incoming: Incoming): Promise<Record<string, string> | undefined> {
  if (incoming.method !== "POST") return undefined;
  const text = await incoming.text(BODY_BYTES);
  const type = incoming.header("content-type") ?? "";
  if (type.includes("application/x-www-form-urlencoded")) return Object.fromEntries(new URLSearchParams(text));
  if (!type.includes("application/json") || text === "") return {};
  // next-auth takes every field for a text, and fails on other values.
  const fields = Object.entries(jsonOf(text));
  return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === "string"));
}

function jsonOf(text: string): object {
  try {
    return Object(parseJson(text)) as object;
  } catch {
    throw new AppError("INVALID_INPUT", "The body is not valid JSON");
  }
}

/** Adds the methods of Next's API responses. */
function extend(res: ServerResponse): ServerResponse {
  const own = {
    status(code: number) {
      res.statusCode = code;
      return res;
    },
    json(value: unknown) {
      res.setHeader("content-type", "application/json");
      res.end(JSON.stringify(value));
    },
    send(value: unknown) {
      if (typeof value === "string" || value === undefined) return void res.end(value);
      own.json(value);
    },
  };
  return Object.assign(res, own);
}

/** Answers one request. @throws AppError for a body that cannot be read */
export async function answerNextAuth(req: IncomingMessage, res: ServerResponse, incoming: Incoming): Promise<void> {
  const [handler, options, body] = await Promise.all([loadHandler(), authOptions(), bodyOf(incoming)]);
  const nextauth = incoming.path.slice(PREFIX.length).split("/");
  const query = { ...Object.fromEntries(new URLSearchParams(incoming.query)), nextauth };
  const cookies = parseCookie(incoming.header("cookie") ?? "");
  for (const [name, value] of Object.entries({ ...SAFE_HEADERS, "content-security-policy": PLAIN_POLICY }))
    res.setHeader(name, value);
  await handler({ headers: req.headers, method: req.method, query, cookies, body }, extend(res), options);
}
