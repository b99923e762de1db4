/** The header X-Bot-Instance: which program of a bot is asking. */
import type { Actor } from "@/lib/access";
import { botInstances } from "@/lib/bots";
import { InstanceId } from "@/lib/bots/contract";
import { AppError } from "@/lib/errors";
import { cutText } from "@/lib/text";
import type { Incoming } from "./incoming";

/**
 * Counts a bot's program that names itself and polls. Without the header, or for a person, this does nothing.
 *
 * @throws AppError INVALID_INPUT the header is no instance id
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
  await botInstances.polled(actor, { instance: named.data, address: req.ip, version });
}
