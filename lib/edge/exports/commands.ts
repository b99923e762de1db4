/** The spans of commands after they were queued: handing out and settling. Facts announce both. */
import type { Bus } from "@/lib/core/bus";
import { tracing } from "@/lib/core/tracing";
import type { Command } from "@/lib/fleet/commands/contract";

const traceOf = (traceparent: string) => traceparent.split("-")[1];

/** Returns the span in which the bot worked if it belongs to the command's trace, otherwise the span that queued the command. */
const parentOf = (own: string, worked: string | undefined) =>
  worked !== undefined && traceOf(worked) === traceOf(own) ? worked : own;

/** Adds a span that ends now and began when the database's write did. */
function add(name: string, command: Command, since: string | null, worked?: string): void {
  // A command that was queued before the export began has no trace.
  if (!command.traceparent) return;
  const { id, type, bot_id, attempts, status, reason } = command;
  const span = tracing.start?.(name, {
    kind: "internal",
    parent: parentOf(command.traceparent, worked),
    // The time of the write may be the database's, whose clock may be ahead.
    from: Math.min(since === null ? Date.now() : Date.parse(since), Date.now()),
    values: {
      ...{ "muster.command.id": id, "muster.command.type": type, "muster.bot.id": bot_id },
      ...{ "muster.command.attempts": attempts, "muster.command.status": status },
      ...(reason && { "muster.command.reason": reason }),
    },
  });
  span?.end({ isFailed: status === "failed" });
}

/**
 * Begins to listen. Each process adds the spans of what happened in it.
 *
 * @returns a function that stops listening
 */
export function followCommands(bus: Pick<Bus, "on">): () => void {
  const ends = [
    bus.on("command.queued", ({ command }, { remote }) => {
      if (!remote && command.dispatched_at) add("push command", command, command.dispatched_at);
    }),
    bus.on("command.leased", ({ command }, { remote }) => {
      if (!remote) add("lease command", command, command.dispatched_at);
    }),
    bus.on("command.settled", ({ command, traceparent }, { remote }) => {
      if (!remote) add("settle command", command, command.completed_at, traceparent);
    }),
  ];
  return () => {
    for (const end of ends) end();
  };
}
