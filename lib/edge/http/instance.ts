/** The headers X-Bot-Instance and X-Bot-Part: which program of a bot is asking, and which shards it holds. */
import type { Actor } from "@/lib/core/actor";
import { AppError, invalid } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { botInstances } from "@/lib/fleet/bots";
import { InstanceId } from "@/lib/fleet/bots/contract";
import { type Part, parsePart } from "@/lib/fleet/bots/contract.shards";
import type { Incoming } from "./body/incoming";

/** The part the request's program holds; null when it names none. @throws AppError INVALID_INPUT */
export function partOf(req: Incoming): Part | null {
  const given = req.header("x-bot-part");
  if (!given) return null;
  const part = parsePart(given);
  if (!part) throw invalid("X-Bot-Part", 'must name shards and their total, such as "0,1/4" or "0-7/16"');
  return part;
}

/**
 * Counts a bot's program that names itself and polls. Without the header, or for a person, this does nothing.
 *
 * @throws AppError INVALID_INPUT a header is no instance id, or no part
 * @throws AppError SUPERSEDED    another instance was kept instead
 */
export async function instanceOf(actor: Actor, req: Incoming): Promise<void> {
  const given = req.header("x-bot-instance");
  if (actor.kind !== "bot" || !given) return;
  const named = InstanceId.safeParse(given);
  if (!named.success)
    throw new AppError("INVALID_INPUT", `X-Bot-Instance: ${named.error.issues[0]!.message}`, {
      field: "X-Bot-Instance",
    });
  const version = cutText(req.header("x-bot-version") ?? "", 64, "") || null;
  await botInstances.polled(actor, { instance: named.data, address: req.ip, version, part: partOf(req) });
}
