/**
 * route(): config in, handler out. Each request takes the same steps: identify → budget → authorise (with a fresh proof
 * where the operation needs one) → parse → handle → reply. Identity comes first because budgets are per credential; it
 * costs one cached look-up, and invalid credentials are counted per address.
 */

import type { App } from "@/lib/app";
import { isLocalCaller } from "@/lib/core/actor";
import { bus } from "@/lib/core/bus";
import type { Operation } from "@/lib/core/contract";
import { BUILD_HEADER, PAGE_USER_HEADER } from "@/lib/core/page-headers";
import { BUILD_ID } from "@/lib/core/startup/build";
import { isHazeApp } from "@/lib/edge/compat/haze/contract.headers";
import { auditScopeOf } from "@/lib/identity/audit/contract.scope";
import type { Incoming } from "./body/incoming";
import { limitHeaders } from "./rate-limit";
import type { Reply } from "./reply";
import type { Call, RawParams, RouteConfig, RouteHandler } from "./route.types";
import { authorise } from "./steps/authorise";
import { consumeBudgetOf } from "./steps/budget";
import { handle } from "./steps/handle";
import { identifyCaller } from "./steps/identify";
import { createParser, type Parser } from "./steps/parse";
import { recordRefusal } from "./steps/record";
import { adaptReply, errorReply, replyOf, shownOf } from "./steps/reply";

export function route<const O extends Operation>(declared: RouteConfig<O>): RouteHandler {
  const config = declared as unknown as RouteConfig;
  const parse = createParser(config);
  const audit = auditScopeOf(config.contract);

  async function direct(app: App, req: Incoming, params: RawParams): Promise<Reply> {
    const call: Call = { app, config, req, audit, dialect: req.dialect ?? config.dialect ?? "botManager" };
    const isHaze = config.isHaze ?? isHazeApp;
    if (config.haze && isHaze(req.header)) call.adapter = config.haze;
    const reply = await answer(call, params, parse).catch((error) => errorReply(error, call.dialect, req));
    if (req.header(PAGE_USER_HEADER)) reply.headers[BUILD_HEADER] = BUILD_ID;
    if (call.rateLimitState) Object.assign(reply.headers, limitHeaders(call.rateLimitState));
    return reply;
  }
  return Object.assign(refuseNext(), { direct, config });
}

async function answer(call: Call, rawParams: RawParams, parse: Parser): Promise<Reply> {
  const { app, config, req } = call;
  const caller = await identifyCaller(call);
  const isLocal = isLocalCaller(caller.actor);
  if (isLocal) call.adapter = config.localAccess;
  if (!req.isPageRead) await consumeBudgetOf(call, caller.actor);
  let { actor } = caller;
  try {
    if (!caller.hasRouteToken) actor = authorise(call, actor);
    if (!config.auth.includes("public")) await app.accounts.demandSecondFactor(actor, config.contract.id);
    if (config.contract.proof) await app.accounts.demandProof(actor, config.contract);
  } catch (error) {
    await recordRefusal(call, actor, rawParams, error);
    throw error;
  }
  // Check the switches last, so that a caller without access learns nothing about the configuration.
  if (config.feature) await app.config.demand(config.feature);
  const counted = actor.kind === "user" && !req.isPageRead && !isLocal ? actor : undefined;
  if (counted) bus.emitHere("request.admitted", { actor: counted, header: req.header });

  const input = await parse(call, caller, rawParams);
  const result = await handle(call, actor, input);
  if (counted && req.pattern)
    bus.emitHere("request.served", { actor: counted, method: req.method, pattern: req.pattern });
  const reply = replyOf(config.contract, result, input.ignored);
  return call.adapter?.reply ? adaptReply(reply, call.adapter, shownOf(result, input.ignored), { app, actor }) : reply;
}

/** Route files export functions, as Next's convention has it. Next builds none of them: `server.ts` answers by `direct`. */
const refuseNext = () => () => new Response("The API is served by server.ts, not by Next's router", { status: 501 });
