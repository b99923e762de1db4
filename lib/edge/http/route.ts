/**
 * route(): config in, handler out. Order: identity → rate limit → authorisation → parse → handle → check the reply
 * against the contract (development and test) → envelope. Identity comes first because budgets are per credential;
 * it costs one cached look-up, and invalid credentials are counted per address.
 *
 * The handler uses no Next API, so the same module runs in two hosts: `server.ts` calls `.direct`, Next's router calls the
 * function itself.
 */
import type { z } from "zod";
import { analytics } from "@/lib/community/analytics";
import { type Actor, callerKey, type Scope } from "@/lib/core/actor";
import type { Operation } from "@/lib/core/contract";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { newId } from "@/lib/core/ids";
import { logger, toldError } from "@/lib/core/log/logger";
import { withinRequest } from "@/lib/core/log/security-log";
import { BUILD_HEADER, PAGE_USER_HEADER } from "@/lib/core/page-headers";
import { sameSecret } from "@/lib/core/secrets";
import { config as switches } from "@/lib/core/settings";
import type { Feature } from "@/lib/core/settings/contract";
import { BUILD_ID } from "@/lib/core/startup/build";
import { expectedVersion, fromRequest, type Incoming } from "./body/incoming";
import { parseJson } from "./body/json";
import { type Dialect, errorBody, noCredential, refuseEmptyBody } from "./dialects";
import { bearerActor, bearerText, identify } from "./identity";
import { type Budget, countGuess, isTight, limitHeaders, type Standing, take, takeTold } from "./rate-limit";
import { Custom, type Reply, toResponse } from "./reply";
import { unknownFieldsOf, withIgnored } from "./unknown-fields";
import { wording } from "./validation-messages";

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type MaybePromise<T> = T | Promise<T>;

export type RouteConfig<O extends Operation = Operation> = {
  contract: O;
  /** The accepted callers: `public` also accepts anonymous ones. */
  auth: readonly ("user" | "bot" | "public")[];
  /** A secret of the environment: as a bearer it opens this route to whoever knows it, and is good for nothing else. */
  token?: string;
  /** Users need this role. */
  permission?: "admin" | "staff";
  /** The part of the server it belongs to, which an admin may switch off. */
  feature?: Feature;
  /** The scope that an API key needs; by default `read` for GET and `operate` for the rest. */
  scope?: Scope;
  /** Unclaimed bots may call it too (polling and reporting status). */
  unclaimed?: boolean;
  rateLimit: Budget;
  /** Answers carry document 002's `X-RateLimit-*` headers ("Rate Limit Headers"), as they always do in its own dialect. */
  showsLimit?: boolean;
  dialect?: Dialect;
  handle(call: {
    actor: Actor;
    params: Out<O["params"]>;
    query: Out<O["query"]>;
    body: Out<O["body"]>;
    req: Incoming;
    /** The version an update was made from, when the caller names it. */
    version: number | undefined;
  }): MaybePromise<z.input<O["response"]> | Custom>;
};

export type RawParams = Record<string, string>;
export type RouteHandler = {
  (request: Request, context?: { params?: Promise<RawParams> }): Promise<Response>;
  /** The same handler without a web Request and Response, for the direct mount. Never rejects. */
  direct(req: Incoming, params: RawParams): Promise<Reply>;
  config: RouteConfig;
};

const MAX_BODY = 262_144;
const BASE_HEADERS = {
  "content-type": "application/json; charset=utf-8",
  "cache-control": "no-store",
  "x-content-type-options": "nosniff",
};

export function route<const O extends Operation>(config: RouteConfig<O>): RouteHandler {
  const { contract } = config;
  const unknownFields = unknownFieldsOf(contract, config.auth.includes("bot"));

  async function direct(req: Incoming, rawParams: RawParams): Promise<Reply> {
    const dialect = req.dialect ?? config.dialect ?? "botManager";
    const told: { standing?: Standing } = {};
    const reply = await answer(req, rawParams, dialect, told).catch((error) => errorReply(error, dialect, req));
    if (req.header(PAGE_USER_HEADER)) reply.headers[BUILD_HEADER] = BUILD_ID;
    if (told.standing) Object.assign(reply.headers, limitHeaders(told.standing));
    return reply;
  }

  async function answer(
    req: Incoming,
    rawParams: RawParams,
    dialect: Dialect,
    told: { standing?: Standing },
  ): Promise<Reply> {
    let raw: unknown;
    let isRead = false;
    const opened = config.token !== undefined && carries(req, config.token);
    let actor: Actor = opened ? { kind: "public", ip: req.ip } : await identified(req);
    // Bots of the documents may carry their token in the body: it is read first then, and stripped.
    if (actor.kind === "public" && contract.body && config.auth.includes("bot")) {
      const text = await req.text(contract.maxBody ?? MAX_BODY);
      const [token, rest] = bodyToken(text);
      if (token) actor = await counted(req, () => bearerActor(token));
      else if (!config.auth.includes("public")) throw noCredential(dialect);
      raw = rest === undefined ? parseBody(text, dialect) : rest;
      isRead = true;
    }
    // That budget is for who has no credential: many bots may register with one key at the same moment.
    let budget = config.rateLimit === "register" && actor.kind !== "public" ? "rest" : config.rateLimit;
    // A bot speaks for many people.
    if (budget === "talk" && actor.kind === "bot") budget = "bot";
    // Consoles use these paths as people click; document 002's budgets are for programs, which carry a credential.
    if (dialect === "mltb" && budget === "rest" && isProgram(req)) budget = "mltb";
    const showsLimit = config.showsLimit || dialect === "mltb" || budget === "graphql";
    if (showsLimit || isTight(budget)) {
      const [standing, refusal] = await takeTold(budget, callerKey(actor));
      if (showsLimit) told.standing = standing;
      if (refusal) throw refusal;
    } else take(budget, callerKey(actor));
    if (!opened) authorise(actor, config, dialect, req.method);
    // Last: who may not ask learns nothing of the configuration.
    if (config.feature) await switches.demand(config.feature);
    // Analytics counts people only.
    if (actor.kind === "user") analytics.seen(actor, req.header);

    const params = contract.params ? checkParams(contract.params, rawParams) : undefined;
    const query = contract.query ? checkQuery(contract.query, parseQuery(req.query), dialect) : undefined;
    let body: unknown;
    let ignored: string[] = [];
    if (contract.body) {
      // A body can be read once; what it held may well be null.
      if (!isRead) raw = parseBody(await req.text(contract.maxBody ?? MAX_BODY), dialect);
      refuseEmptyBody(dialect, raw);
      body = check(contract.body, raw);
      if (unknownFields) ignored = unknownFields(raw);
    }
    const version = contract.update && editedVersion(contract, req, body);
    const call = { actor, params, query, body, req, version } as never;
    // Bots' calls log nothing about access, and are too many to keep a context for each.
    const result =
      config.auth.includes("bot") && config.dialect !== "graphql"
        ? await config.handle(call)
        : await withinRequest({ request_id: requestId(req), address: req.ip }, () => config.handle(call));
    if (actor.kind === "user" && req.pattern && req.method !== "GET" && req.method !== "HEAD")
      analytics.acted(actor, req.method, req.pattern);
    return result instanceof Custom
      ? customReply(result, contract)
      : jsonReply(
          contract.status ?? 200,
          checked(contract, withIgnored(result, ignored)),
          contract.etag ? etag(contract.etag, result) : undefined,
        );
  }

  const handler = async (request: Request, context?: { params?: Promise<RawParams> }) =>
    toResponse(await direct(fromRequest(request, env.TRUST_PROXY), (await context?.params) ?? {}));
  return Object.assign(handler, { direct, config: config as unknown as RouteConfig });
}

/** The id a proxy or client gave the request, so that its log and ours can be joined; else a new one. */
function requestId(req: Incoming): string {
  const given = req.header("x-request-id");
  return given && /^[\w.:-]{1,64}$/.test(given) ? given : newId("req");
}

const carries = (req: Incoming, token: string) => sameSecret(bearerText(req.header("authorization")) ?? "", token);

/** identify(), with invalid credentials counted. */
const identified = (req: Incoming) => counted(req, () => identify(req));

async function counted(req: Incoming, look: () => Promise<Actor>): Promise<Actor> {
  try {
    return await look();
  } catch (error) {
    countGuess(error, req.ip);
    throw error;
  }
}

const isProgram = (req: Incoming) =>
  req.header("authorization") !== undefined || req.header("x-bot-token") !== undefined;

function authorise(actor: Actor, config: RouteConfig, dialect: Dialect, method: string) {
  const { auth, permission } = config;
  if (actor.kind === "public") {
    if (!auth.includes("public")) throw noCredential(dialect);
    return;
  }
  if (!auth.includes(actor.kind) && !auth.includes("public"))
    throw new AppError(
      "FORBIDDEN",
      actor.kind === "bot" ? "A bot's token may not do this" : "Only the bot itself may do this",
    );
  // A public route is as open to who has a credential as to who has none.
  if (!auth.includes(actor.kind)) return;
  if (actor.kind === "bot") {
    if (actor.unclaimed && !config.unclaimed && !auth.includes("public"))
      throw new AppError(
        "FORBIDDEN",
        "This bot has not been adopted yet: until then it may only poll and report its status",
      );
    return;
  }
  if (permission === "admin" && actor.role !== "admin") throw new AppError("FORBIDDEN", "Only an admin may do this");
  if (permission === "staff" && actor.role === "user") throw new AppError("FORBIDDEN", "Only staff may do this");
  const needed = config.scope ?? (method === "GET" || method === "HEAD" ? "read" : "operate");
  const rank = { read: 0, operate: 1, admin: 2 };
  if (rank[actor.scope] < rank[needed])
    throw new AppError("FORBIDDEN", `This API key has scope "${actor.scope}"; this needs "${needed}"`);
}

function parseBody(text: string, dialect: Dialect): unknown {
  if (text.trim() === "") return {};
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof AppError) throw error;
    refuseEmptyBody(dialect, undefined);
    throw new AppError("INVALID_INPUT", "The body is not valid JSON");
  }
}

/** A `token` field of a JSON object body, and the object without it. */
function bodyToken(text: string): [string | undefined, unknown] {
  if (!text.includes('"token"')) return [undefined, undefined];
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch {
    return [undefined, undefined];
  }
  if (!parsed || typeof parsed !== "object" || Array.isArray(parsed)) return [undefined, parsed];
  const { token, ...rest } = parsed as Record<string, unknown>;
  return typeof token === "string" && token ? [token, rest] : [undefined, rest];
}

function parseQuery(text: string): Record<string, string> {
  if (!text) return {};
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text))
    if (name !== "__proto__" && value !== "") query[name] ??= value;
  return query;
}

/** @throws INVALID_INPUT naming the first bad field, with all issues in details */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { error: wording });
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 20).map((issue) => deepest(issue));
  const first = issues[0]!;
  throw new AppError("INVALID_INPUT", first.field ? `${first.field}: ${first.message}` : first.message, {
    field: first.field,
    issues,
  });
}

/** As `check`; document 002's errors also show the value ("Error Response Format"). Of bodies, which hold secrets, none is. */
function checkQuery(schema: z.ZodType, query: Record<string, string>, dialect: Dialect): unknown {
  try {
    return check(schema, query);
  } catch (error) {
    const { details } = error as AppError;
    const value = query[String(details?.field)];
    if (dialect === "mltb" && details && value !== undefined) details.value = cutText(value, 100);
    throw error;
  }
}

type Issue = { path: PropertyKey[]; message: string; code?: string; errors?: Issue[][]; keys?: string[] };
/** The issue that got furthest among a union's alternatives is the most helpful. */
function deepest(issue: Issue, prefix: PropertyKey[] = []): { field: string; message: string } {
  const path = [...prefix, ...issue.path];
  if (issue.code === "invalid_union" && issue.errors?.length) {
    const best = issue.errors
      .flat()
      .map((inner) => ({ inner, depth: inner.path.length }))
      .sort((a, b) => b.depth - a.depth)[0];
    if (best && best.depth > 0) return deepest(best.inner, path);
  }
  const [unknown] = issue.keys ?? [];
  if (unknown !== undefined) return { field: [...path.map(String), unknown].join("."), message: "is not a field here" };
  return { field: path.map(String).join("."), message: issue.message };
}

function checkParams(schema: z.ZodType, raw: RawParams): unknown {
  const parsed = schema.safeParse(raw);
  // Ids are opaque: one that cannot exist is simply not there.
  if (!parsed.success)
    throw new AppError("NOT_FOUND", `No such ${Object.keys(raw).at(-1)?.replace(/_id$/, "") ?? "resource"}`);
  return parsed.data;
}

function checked(contract: Operation, json: unknown): unknown {
  if (!env.checkReplies) return json;
  const parsed = contract.response.safeParse(json);
  if (parsed.success) return json;
  logger.error({ issues: parsed.error.issues, operation: contract.summary }, "a reply breaks its contract");
  throw new Error(`The reply of "${contract.summary}" breaks its contract: ${parsed.error.message}`);
}

/** The version an update was made from, and the body without it. @throws INVALID_INPUT */
function editedVersion(contract: Operation, req: Incoming, body: unknown): number | undefined {
  if (contract.update !== "closed") return expectedVersion(req);
  const fields = body as { version?: number };
  const { version } = fields;
  delete fields.version;
  return expectedVersion(req, version);
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

/** Any thrown thing as that dialect's error. Unexpected ones are logged and told apart by nothing but their status. */
export function errorReply(error: unknown, dialect: Dialect, req?: Incoming): Reply {
  const known = toldError(error, "a request failed unexpectedly", { method: req?.method, path: req?.path });
  const headers: Record<string, string> = {};
  if (known.retryAfter) headers["retry-after"] = String(known.retryAfter);
  if (known.code === "PAYLOAD_TOO_LARGE" || known.code === "REQUEST_TIMEOUT") headers.connection = "close";
  if (known.code === "UNAUTHORIZED") headers["www-authenticate"] = 'Bearer realm="muster"';
  return jsonReply(known.status, errorBody(dialect, known), headers);
}
