/** Finds the windows that cover bots. Alerts and schedules ask here before they act. */
import { isActive, type Occurrence, occurrenceAt } from "./occurrences";
import type { WindowStore } from "./store";
import { botsOf, type WindowRow } from "./store.rows";

type CoveredBot = { id: string; team_id: number | null };
type Known = { row: WindowRow; bots: ReadonlySet<string> | null; time: Occurrence | null };
/** A window that covers a bot, with the time that it is in, or the next one. */
export type Cover = { row: WindowRow; time: Occurrence };

/** Windows are read again this often. Changes in other processes are announced, and such an announcement may be lost. */
const FRESH_MS = 15_000;
/** The most windows that are considered: the oldest of those that have not ended. */
const OPEN_MAX = 10_000;

type Deps = {
  store: Pick<WindowStore, "open" | "tagged">;
  /** Returns the team that owns each of the bots which exist. */
  botTeams(ids: readonly string[]): Promise<Map<string, number | null>>;
  now(): number;
};

/** Returns the time that a window is in, or its next one, and computes it again only when that is over. */
function timeOf(window: Known, at: number): Occurrence | null {
  if (window.time && window.time.ends_at <= at) window.time = occurrenceAt(window.row, at);
  return window.time;
}

/** Builds the questions about windows. The answers come from memory while no window covers anything. */
export function createCoverage({ store, botTeams, now }: Deps) {
  let known: { at: number; windows: Promise<Known[]> } | undefined;

  async function read(at: number): Promise<Known[]> {
    const rows = await store.open(at, OPEN_MAX);
    return rows.map((row) => {
      const bots = botsOf(row);
      return { row, bots: bots && new Set(bots), time: occurrenceAt(row, at) };
    });
  }

  function windows(at: number): Promise<Known[]> {
    if (known && at >= known.at && at - known.at < FRESH_MS) return known.windows;
    const reading = { at, windows: read(at) };
    known = reading;
    reading.windows.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading.windows;
  }

  /** Returns the windows that cover each bot: with `isOnlyActive` those of this moment, else also upcoming ones. */
  async function covering(bots: readonly CoveredBot[], isOnlyActive: boolean): Promise<Map<string, Cover[]>> {
    const at = now();
    const teams = new Set(bots.map(({ team_id }) => team_id));
    const open = (await windows(at)).flatMap((window) => {
      const time = timeOf(window, at);
      const { team_id } = window.row;
      const isAsked = time !== null && (team_id === null || teams.has(team_id));
      return isAsked && (!isOnlyActive || isActive(time, at)) ? [{ ...window, time }] : [];
    });
    const ids = bots.map(({ id }) => id);
    const tagged = new Map<string, Set<string>>();
    for (const { row } of open)
      if (row.tag !== null && !tagged.has(row.tag)) tagged.set(row.tag, await store.tagged(row.tag, ids));
    const covers = ({ row, bots: named }: Known, { id, team_id }: CoveredBot) =>
      (row.team_id === null || row.team_id === team_id) &&
      (named === null || named.has(id)) &&
      (row.tag === null || tagged.get(row.tag)!.has(id));
    return new Map(
      bots.map((bot) => [bot.id, open.filter((window) => covers(window, bot)).map(({ row, time }) => ({ row, time }))]),
    );
  }

  return {
    covering,
    /** Makes the next question read the windows again, because they changed. */
    forget: (): void => {
      known = undefined;
    },

    /** Returns which bots are in a window now: they raise no alerts. */
    async silenced(ids: readonly string[]): Promise<Set<string>> {
      const at = now();
      if (!(await windows(at)).some((window) => isActive(timeOf(window, at), at))) return new Set();
      const teams = await botTeams(ids);
      const found = await covering(
        [...teams].map(([id, team_id]) => ({ id, team_id })),
        true,
      );
      return new Set([...found].filter(([, windows]) => windows.length > 0).map(([id]) => id));
    },

    /** Returns the bots to which schedules send nothing now, each with the reason. */
    async paused(bots: readonly CoveredBot[]): Promise<Map<string, string>> {
      const found = await covering(bots, true);
      const paused = new Map<string, string>();
      for (const [id, windows] of found) {
        const window = windows.find(({ row }) => row.pause_schedules === 1);
        if (window) paused.set(id, `In maintenance: ${window.row.name}`);
      }
      return paused;
    },
  };
}

export type Coverage = ReturnType<typeof createCoverage>;
