/** Types of a route: what a route file declares, and what the steps of one request pass on. */
import type { z } from "zod";
import type { App } from "@/lib/app";
import type { Actor, Scope } from "@/lib/core/actor";
import type { Operation } from "@/lib/core/contract";
import type { Feature } from "@/lib/core/settings/contract";
import type { AuditScope } from "@/lib/identity/audit/contract.scope";
import type { Adapter, AdapterOf } from "./adapter";
import type { Incoming } from "./body/incoming";
import type { Dialect } from "./dialects";
import type { Budget, RateLimitState } from "./rate-limit";
import type { Custom, Reply } from "./reply";

type Out<S> = S extends z.ZodType ? z.output<S> : undefined;
type MaybePromise<T> = T | Promise<T>;

export type RouteConfig<O extends Operation = Operation> = {
  contract: O;
  /** The kinds of callers that may call; `public` also lets anonymous callers in. */
  auth: readonly ("user" | "bot" | "public")[];
  /** A secret from the environment. A caller that sends it as a bearer token may call this route, and nothing else. */
  token?: string;
  /** The role that people need. */
  permission?: "admin" | "staff";
  /** The part of the server that the route belongs to. An admin may switch it off. */
  feature?: Feature;
  /** The scope that an API key needs; by default `read` for GET and `operate` for the rest. */
  scope?: Scope;
  /** Unclaimed bots may call it too (polling and reporting status). */
  unclaimed?: boolean;
  rateLimit: Budget;
  /** Answers carry document 002's `X-RateLimit-*` headers ("Rate Limit Headers"), as they always do in its own dialect. */
  showsLimit?: boolean;
  dialect?: Dialect;
  /**
   * The route belongs to document 002, which asks local programs for no credential: OPEN_OPS_API lets them in. The adapter
   * leaves out of their replies what is not that document's.
   */
  localAccess?: AdapterOf<O["response"]>;
  /** Adapts the route to document 003's app, which is recognized by its headers, or by `isHaze`. */
  haze?: AdapterOf<O["response"]>;
  /** Recognizes the app where it may send no headers of its own. */
  isHaze?: (header: Incoming["header"]) => boolean;
  handle(call: {
    /** The rooms, as lib/app.ts built them. */
    app: App;
    actor: Actor;
    params: Out<O["params"]>;
    query: Out<O["query"]>;
    body: Out<O["body"]>;
    req: Incoming;
    /** The version that an update was made from, when the caller names it. */
    version: number | undefined;
  }): MaybePromise<z.input<O["response"]> | Custom>;
};

export type RawParams = Record<string, string>;
export type RouteHandler = {
  /** Next's signature for a route file. Only `direct` answers requests. */
  (): Response;
  /** Answers one request. Never rejects. */
  direct(app: App, req: Incoming, params: RawParams): Promise<Reply>;
  config: RouteConfig;
};

/** One request on its way through the steps. */
export type Call = {
  app: App;
  config: RouteConfig;
  dialect: Dialect;
  /** Set if the request comes from a client that the route has an adapter for. */
  adapter?: Adapter;
  req: Incoming;
  /** Says which calls of the route the audit log records. */
  audit: AuditScope;
  /** Set by the budget step where the answer shows it. */
  rateLimitState?: RateLimitState;
};
