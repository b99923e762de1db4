/**
 * The ledger records every command that was sent, every run of it in a bot, and every event of the server that settles it.
 * At the end it is compared with the server's record.
 */

type Settled = "completed" | "failed";
type Entry = { runs: Set<string>; settled: Settled[] };

export type Recorded = {
  id: string;
  status: "pending" | Settled;
  result: Record<string, unknown> | null;
  reason: string | null;
  created_at: string;
  completed_at: string | null;
};

export type Balance = {
  sent: number;
  completed: number;
  failed: number;
  /** Commands still pending: their bot died while it ran them, or is offline. */
  waiting: number;
  /** Runs after the first one of a command, which at-least-once delivery allows. */
  runs_again: number;
  /** Errors found, one line each. */
  wrong: string[];
};

export function createLedger() {
  const entries = new Map<string, Entry>();
  const entry = (id: string) => {
    const known = entries.get(id) ?? { runs: new Set<string>(), settled: [] };
    entries.set(id, known);
    return known;
  };

  return {
    /** The server accepted a command. */
    sent: (id: string) => void entry(id),
    /** A bot begins to run the command; `run` identifies this run. */
    ran: (id: string, run: string) => void entry(id).runs.add(run),
    /** An observer received the event that the command is settled. */
    heard: (id: string, status: Settled) => void entry(id).settled.push(status),
    get size() {
      return entries.size;
    },
    settled: () => [...entries.values()].filter((one) => one.settled.length > 0).length,

    /**
     * Compares the ledger with the record. With `gapless` the observer missed nothing, so an event it did not see is an error too.
     *
     * @param read the command as the server has it, undefined when it has none
     */
    async balance(read: (id: string) => Promise<Recorded | undefined>, gapless: boolean): Promise<Balance> {
      const sum: Balance = { sent: entries.size, completed: 0, failed: 0, waiting: 0, runs_again: 0, wrong: [] };
      const all = [...entries];
      const lane = async () => {
        for (let next = all.pop(); next; next = all.pop()) judge(...next, await read(next[0]));
      };
      function judge(id: string, { runs, settled }: Entry, record: Recorded | undefined) {
        const wrong = (text: string) => void sum.wrong.push(`${id}: ${text}`);
        if (!record) return wrong("sent, and not on record");
        sum.runs_again += Math.max(0, runs.size - 1);
        if (settled.length > 1) wrong(`settled ${settled.length} times: ${settled.join(", ")}`);
        if (record.status === "pending") {
          sum.waiting++;
          if (settled.length > 0) wrong(`heard to be ${settled[0]}, and pending on record`);
          return;
        }
        sum[record.status]++;
        if (settled[0] && settled[0] !== record.status) wrong(`heard to be ${settled[0]}, ${record.status} on record`);
        if (!settled[0] && gapless) wrong(`${record.status} on record, but no observer saw it`);
        const run = record.result?.run;
        // Cancelled and expired commands have no run, nor have commands that their bot does not know.
        if (run !== undefined && !runs.has(String(run))) wrong(`settled by a run that never was: ${run}`);
        // A bot with a wrong clock must not be able to change the recorded times.
        if (Date.parse(record.completed_at ?? "") < Date.parse(record.created_at)) wrong("done before it was sent");
        if (Date.parse(record.completed_at ?? "") > Date.now() + 60_000) wrong("done in the future");
      }
      await Promise.all(Array.from({ length: 8 }, lane));
      return sum;
    },
  };
}
export type Ledger = ReturnType<typeof createLedger>;
