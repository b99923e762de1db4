/** Retries failed commands, and sends one command to many bots. Each bot has its own outcome. */
import type { z } from "zod";
import { type Actor, asUser } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import type { Command } from "@/lib/fleet/commands/contract";
import { BULK_MAX } from "@/lib/fleet/commands/contract.constants";
import type { retryFailedCommands, sendBulkCommand } from "@/lib/fleet/commands/contract.many";
import type { Deps } from "@/lib/fleet/commands/service.deps";
import type { Reads } from "@/lib/fleet/commands/service.read";
import type { CheckBatch } from "@/lib/fleet/manifests";
import type { Sending, Sent } from "./service";

type BulkInput = z.output<typeof sendBulkCommand.body>;
type RetryInput = z.output<typeof retryFailedCommands.body>;
type Outcome = z.input<typeof sendBulkCommand.response>["results"][number];

export function createMany(
  { bots, manifests }: Deps,
  { find, list, countLeft }: Pick<Reads, "find" | "list" | "countLeft">,
  { sendExplained }: Pick<Sending, "sendExplained">,
) {
  /** Queues a failed command again, as a new one. @throws AppError CONFLICT the command has not failed */
  async function retry(actor: Actor, commandId: string, idempotency_key?: string): Promise<Sent> {
    const command = await find(actor, commandId);
    // Check the caller's rights first, so that a refusal reveals nothing about the command.
    await bots.reach(actor, command.bot_id, "operator");
    if (command.status !== "failed")
      throw new AppError("CONFLICT", `You can only retry a failed command; this one is ${command.status}`);
    return sendAgain(actor, command, idempotency_key);
  }

  const sendAgain = (actor: Actor, failed: Command, idempotency_key?: string, batch?: CheckBatch): Promise<Sent> => {
    const { id, bot_id, type, payload, priority, max_attempts, shard } = failed;
    const input = { bot_id, type, payload, priority, max_attempts, retry_of: id, idempotency_key };
    return sendExplained(actor, { ...input, shard: shard ?? undefined }, batch);
  };

  async function outcome(bot_id: string, sending: Promise<Sent>): Promise<Outcome> {
    try {
      return { bot_id, status: "queued", ...(await sending) };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { bot_id, status: "error", error: error.message, code: error.code };
    }
  }

  /**
   * Queues the newest failed commands again. A command that was retried this way before is not retried a second time.
   * `left` of those that match come after `next_cursor`. The default cause leaves out cancelled commands, because a person decided that they shall not run.
   */
  async function retryFailed(actor: Actor, query: RetryInput) {
    asUser(actor, "operate");
    const failed = { ...query, status: "failed" } as const;
    const { commands, next_cursor } = await list(actor, failed);
    const left = await countLeft(actor, failed, next_cursor);
    const batch = manifests.newBatch();
    const results = await Promise.all(
      commands.map((failed) => outcome(failed.bot_id, sendAgain(actor, failed, `retry:${failed.id}`, batch))),
    );
    return { results, count: results.length, left, next_cursor };
  }

  /** The next bots of a filter, and how many of the others come after them. */
  async function matching(actor: Actor, filter: BulkInput["filter"], cursor?: string) {
    const scope = { ...filter, scope: "visible", sort: "created_at" } as const;
    // The cursor also carries how many bots the calls before have done.
    const [, before = "0", place] = /^(?:(\d{1,9})~)?(.*)$/s.exec(cursor ?? "") ?? [];
    const page = await bots.list(actor, { ...scope, limit: BULK_MAX, cursor: place || undefined });
    const done = Number(before) + page.bots.length;
    const next_cursor = page.next_cursor && `${done}~${page.next_cursor}`;
    const left = next_cursor === null ? 0 : Math.max(page.count - done, 1);
    return { ids: page.bots.map((bot) => bot.id), left, next_cursor };
  }

  /**
   * Sends one command to the selected bots, or to the bots that match a filter and that the caller may manage. Each bot
   * has its own outcome. `left` bots match and come after `next_cursor`.
   */
  async function bulk(actor: Actor, input: BulkInput) {
    const { bot_ids, filter, cursor, ...rest } = input;
    const { ids, left, next_cursor } = bot_ids
      ? { ids: [...new Set(bot_ids)], left: 0, next_cursor: null }
      : await matching(actor, filter, cursor);
    const batch = manifests.newBatch();
    const results = await Promise.all(
      ids.map((bot_id) => outcome(bot_id, sendExplained(actor, { ...rest, bot_id }, batch))),
    );
    const queued = results.filter(({ status }) => status === "queued").length;
    return { results, count: results.length, queued, left, next_cursor };
  }

  return { retry, retryFailed, bulk };
}
