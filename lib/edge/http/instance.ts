/** The headers X-Bot-Instance and X-Bot-Part: which program of a bot is asking, and which shards it holds. */
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";
import { invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { InstanceId } from "@/lib/fleet/bots/contract.instances";
import { type Part, parsePart } from "@/lib/fleet/bots/contract.shards";
import type { Incoming } from "./body/incoming";

/** Returns the part named in X-Bot-Part; null without the header. @throws AppError INVALID_INPUT */
export function partOf(req: Incoming): Part | null {
  const given = req.header("x-bot-part");
  if (!given) return null;
  const part = parsePart(given);
  if (!part) throw invalid("X-Bot-Part", 'must name shards and their total, such as "0,1/4" or "0-7/16"');
  return part;
}

/**
 * Records the program of a bot that polls and names itself. For a person, or without X-Bot-Instance, nothing is recorded.
 *
 * @returns the part that the program holds
 * @throws AppError INVALID_INPUT a header is not an instance id, or not a part
 * @throws AppError SUPERSEDED    another instance was kept instead
 */
export async function recordProgram(
  { botInstances }: Pick<App, "botInstances">,
  actor: Actor,
  req: Incoming,
): Promise<Part | null> {
  const part = partOf(req);
  const given = req.header("x-bot-instance");
  if (actor.kind !== "bot" || !given) return part;
  const named = InstanceId.safeParse(given);
  if (!named.success) throw invalid("X-Bot-Instance", named.error.issues[0]!.message);
  const version = cutText(req.header("x-bot-version") ?? "", 64, "") || null;
  await botInstances.polled(actor, { instance: named.data, address: req.ip, version, part });
  return part;
}
