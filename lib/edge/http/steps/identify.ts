/** First step: credential → actor. Bots may carry their token in the body, which is then read here. */
import type { Actor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { localAccess } from "@/lib/core/local-access";
import { sameSecret } from "@/lib/core/secrets";
import type { Incoming } from "../body/incoming";
import { parseJson } from "../body/json";
import { noCredential } from "../dialects";
import { bearerActor, bearerText, identify, localRefusal } from "../identity";
import { countGuess } from "../rate-limit";
import type { Call } from "../route.types";
import { parseBody, readText } from "./body";

export type Caller = {
  actor: Actor;
  /** The caller sent the route's own secret, which opens this route whatever its other rules say. */
  hasRouteToken: boolean;
  /** The body, when the token was looked for in it: a body can be read only once. */
  read?: { body: unknown };
};

/** Finds out who is calling. @throws AppError UNAUTHORIZED an invalid credential, or none where one is needed */
export async function identifyCaller(call: Call): Promise<Caller> {
  const { app, config, req } = call;
  if (config.token !== undefined && sameSecret(bearerText(req.header("authorization")) ?? "", config.token))
    return { actor: { kind: "public", ip: req.ip }, hasRouteToken: true };
  const actor = await countingGuesses(req, () => identify(app, req));
  if (actor.kind !== "public") return { actor, hasRouteToken: false };
  return mayHoldToken(call) ? identifyByBody(call, actor) : { actor: await unnamed(call, actor), hasRouteToken: false };
}

/** The caller of a request without a credential: one whom OPEN_OPS_API lets in, or nobody. */
async function unnamed({ app, config, req }: Call, anonymous: Actor): Promise<Actor> {
  if (!config.localAccess || !localAccess.isOn) return anonymous;
  const refusal = localRefusal(req);
  if (refusal === undefined) return app.accounts.byLocalAccess(req.ip);
  if (config.auth.includes("public")) return anonymous;
  throw new AppError("UNAUTHORIZED", `OPEN_OPS_API does not open this request: ${refusal}. Send an API key instead`);
}

const mayHoldToken = ({ config }: Call) => config.contract.body !== undefined && config.auth.includes("bot");

async function identifyByBody(call: Call, anonymous: Actor): Promise<Caller> {
  const { app, config, dialect, req } = call;
  const text = await readText(call);
  const [token, rest] = bodyToken(text);
  let actor = anonymous;
  if (token) actor = await countingGuesses(req, () => bearerActor(app, token, req.ip));
  else {
    actor = await unnamed(call, anonymous);
    if (actor.kind === "public" && !config.auth.includes("public")) throw noCredential(dialect);
  }
  return { actor, hasRouteToken: false, read: { body: rest === undefined ? parseBody(text, dialect) : rest } };
}

async function countingGuesses(req: Incoming, look: () => Promise<Actor>): Promise<Actor> {
  try {
    return await look();
  } catch (error) {
    countGuess(error, req.ip);
    throw error;
  }
}

/** The `token` field of a JSON object body, and the object without it: the token must never be stored. */
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
