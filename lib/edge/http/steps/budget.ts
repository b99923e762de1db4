/** Second step: counts the request against its caller's budget. */
import { type Actor, callerKey, isLocalCaller, networkOf } from "@/lib/core/actor";
import type { Incoming } from "../body/incoming";
import { type Budget, consumeBudget, countRequest, isTight } from "../rate-limit";
import type { Call } from "../route.types";

/**
 * Counts the request; keeps the state of the budget in `call` where the answer shows it.
 *
 * @throws AppError RATE_LIMITED
 */
export async function consumeBudgetOf(call: Call, actor: Actor): Promise<void> {
  const budget = budgetOf(call, actor);
  const showsLimit = call.config.showsLimit || call.dialect === "mltb" || budget === "graphql";
  const key = keyOf(call, actor);
  if (!showsLimit && !isTight(budget)) return countRequest(budget, key);
  const [state, refusal] = await consumeBudget(budget, key);
  if (showsLimit) call.rateLimitState = state;
  if (refusal) throw refusal;
}

/**
 * Sign-ins, registrations and resets count by address, also when they carry a credential: otherwise each bot's token would
 * bring a budget for more guesses.
 */
const keyOf = ({ config, req }: Call, actor: Actor): string =>
  config.rateLimit === "auth" && config.auth.every((kind) => kind === "public") ? networkOf(req.ip) : callerKey(actor);

function budgetOf(call: Call, actor: Actor): Budget {
  const { rateLimit } = call.config;
  // The budget `register` is for callers without a credential: many bots may register with one key at the same moment.
  if (rateLimit === "register" && actor.kind !== "public") return programBudget("rest", call, actor);
  // Count a bot's messages against its own budget, because it forwards messages of many people.
  if (rateLimit === "talk" && actor.kind === "bot") return "bot";
  return programBudget(rateLimit, call, actor);
}

/** Consoles use document 002's paths as people click; its budgets are for programs, which carry a credential. */
const programBudget = (budget: Budget, { dialect, req }: Call, actor: Actor): Budget =>
  dialect === "mltb" && budget === "rest" && (isProgram(req) || isLocalCaller(actor)) ? "mltb" : budget;

const isProgram = (req: Incoming) =>
  req.header("authorization") !== undefined || req.header("x-bot-token") !== undefined;
