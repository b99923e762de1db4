/** Requests JSON from another service, and turns its errors and timeouts into errors for our own caller. */

import { setTimeout as sleep } from "node:timers/promises";
import type { z } from "zod";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { outbound } from "@/lib/core/outbound/index";
import { retryAfter } from "@/lib/core/outbound/retry-after";
import { VERSION } from "@/lib/core/startup/version";

const TRIES = 3;
const MAX_BYTES = 4_194_304;
const DEFAULT_SILENCE_S = 60;
const LONGEST_SILENCE_S = 900;

export type Upstream = {
  /** The service's name in messages for people. */
  name: string;
  headers?: Record<string, string>;
  timeoutMs: number;
  /** The setting to check when the service refuses us, such as the name of its key's variable. */
  credential?: string;
  /** The message for a 404 of the service. */
  missing: string;
  /** Fields of a form to POST. Such a request is sent once, because the service may count each. */
  form?: string;
};

/**
 * Sends a GET, which it repeats after a 5xx or a broken connection, or POSTs a form once. Validates the answer.
 *
 * @throws NOT_FOUND a 404 · UNAVAILABLE with the seconds to wait, a 429 · GATEWAY_TIMEOUT · BAD_GATEWAY anything else
 */
export async function askJson<S extends z.ZodType>(url: string, shape: S, upstream: Upstream): Promise<z.output<S>> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await askOnce(url, shape, upstream);
    } catch (error) {
      const stumbled = error instanceof AppError && error.code === "BAD_GATEWAY" && error.details?.again === true;
      if (!stumbled || attempt === TRIES || upstream.form !== undefined) throw error;
      await sleep(150 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

async function askOnce<S extends z.ZodType>(url: string, shape: S, upstream: Upstream): Promise<z.output<S>> {
  const { name, timeoutMs } = upstream;
  const bad = (message: string, again = false) => new AppError("BAD_GATEWAY", `${name} ${message}`, { again });
  const reply = await outbound(url, {
    ...(upstream.form !== undefined && { method: "POST" as const, body: upstream.form }),
    trusted: true,
    timeoutMs,
    maxBytes: MAX_BYTES,
    headers: {
      accept: "application/json",
      "user-agent": `muster/${VERSION} (self-hosted bot console)`,
      ...(upstream.form !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
      ...upstream.headers,
    },
  }).catch((error: AppError) => {
    if (error.code === "BAD_GATEWAY")
      throw bad(error.message.includes("larger") ? "answered too much" : "could not be reached", true);
    if (error.code === "GATEWAY_TIMEOUT") throw new AppError("GATEWAY_TIMEOUT", `${name} did not answer in time`);
    // The service redirected to an address that we do not follow.
    throw bad("sent us somewhere we do not go");
  });
  const { status } = reply;
  if (status === 404) throw new AppError("NOT_FOUND", upstream.missing);
  if (status === 429) {
    const askedMs = retryAfter(reply.headers["retry-after"], Date.now());
    const wait = Math.min(askedMs === undefined ? DEFAULT_SILENCE_S : Math.ceil(askedMs / 1000), LONGEST_SILENCE_S);
    throw new AppError("UNAVAILABLE", `${name} limits how many requests it accepts; try again later`, undefined, wait);
  }
  if (status === 401 || status === 403)
    throw bad(`refused us (${status})${upstream.credential ? `: check ${upstream.credential}` : ""}`);
  if (status >= 500) throw bad(`failed (${status})`, true);
  if (status !== 200) throw bad(`answered ${status}`);
  let json: unknown;
  try {
    json = readJson(reply.body.toString("utf8"));
  } catch {
    throw bad("answered something that is not JSON");
  }
  const parsed = shape.safeParse(json);
  if (!parsed.success) throw bad("answered in a form we do not know");
  return parsed.data;
}
