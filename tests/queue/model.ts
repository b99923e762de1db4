/** A model of the command queue: what each command must be after an operation. Times in ms. */
import type { Command } from "@/lib/fleet/commands/contract";

export type Known = {
  id: string;
  nth: number;
  priority: number;
  runAt: number;
  expiresAt: number;
  maxAttempts: number;
  attempts: number;
  leaseEnd: number;
  status: Command["status"];
  reason: Command["reason"];
  result: object | null;
  completedAt: number | null;
  progress: number | null;
};
export type Verdict = "completed" | "failed" | "cancel";

export type Model = ReturnType<typeof createModel>;

export function createModel(now: () => number) {
  const known: Known[] = [];

  const isFree = (command: Known) =>
    command.status === "pending" &&
    command.leaseEnd <= now() &&
    command.runAt <= now() &&
    command.expiresAt > now() &&
    command.attempts < command.maxAttempts;
  const inOrder = (a: Known, b: Known) => b.priority - a.priority || a.nth - b.nth;

  function settle(command: Known, status: "completed" | "failed", result: object, reason: Known["reason"] = null) {
    Object.assign(command, { status, result, reason, completedAt: now(), leaseEnd: 0 });
  }

  return {
    known,
    inOrder,
    settle,

    /** Adds a command that was just queued, in the order in which the database took it. */
    enter(command: Command): Known {
      const added: Known = {
        id: command.id,
        nth: known.length,
        priority: command.priority,
        runAt: command.run_at ? Date.parse(command.run_at) : 0,
        expiresAt: command.expires_at ? Date.parse(command.expires_at) : Number.POSITIVE_INFINITY,
        maxAttempts: command.max_attempts,
        ...{
          attempts: 0,
          leaseEnd: 0,
          status: "pending",
          reason: null,
          result: null,
          completedAt: null,
          progress: null,
        },
      };
      known.push(added);
      return added;
    },

    /** The first word stands: repeated it is answered with what is stored, contradicted it is refused. */
    answerTo(command: Known, verdict: Verdict) {
      if (verdict === "cancel") return command.reason === "cancelled" ? "cancelled" : "CONFLICT";
      return command.status === verdict ? command.result : "CONFLICT";
    },

    /** Leases the front of the queue, and returns it. */
    lease(room: number, seconds: number): Known[] {
      const leased = known.filter(isFree).sort(inOrder).slice(0, room);
      for (const command of leased) {
        command.attempts++;
        command.leaseEnd = now() + seconds * 1000;
      }
      return leased;
    },

    /** Expired and dead commands without a worker fail. */
    sweep(): void {
      for (const command of known) {
        if (command.status !== "pending" || command.leaseEnd > now()) continue;
        if (command.expiresAt <= now()) settle(command, "failed", { error: "expired before a bot took it" }, "expired");
        else if (command.attempts >= command.maxAttempts)
          settle(command, "failed", { error: "handed out as often as allowed without an answer" }, "dead");
      }
    },

    count: (status: Command["status"]): number => known.filter((command) => command.status === status).length,
  };
}
