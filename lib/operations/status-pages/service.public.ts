/** Answers the readers of status pages, who need no account. */
import { iso } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { cutText } from "@/lib/core/format/text";
import { sameSecret } from "@/lib/core/secrets";
import type { BotNow } from "@/lib/fleet/bots";
import { isActive } from "@/lib/operations/maintenance";
import { badgeOf } from "./badge";
import { BOTS_SHOWN_MAX, HISTORY_DAYS, INCIDENTS_MAX, UPTIME_DAYS } from "./contract.constants";
import type { StatusReport } from "./contract.public";
import { DAY_MS, type Known, type Line, lineOf, maintenanceOf, outagesOf, pageState } from "./report";
import type { PageStore } from "./store";
import type { IncidentStore } from "./store.incidents";
import { componentsOf, type PageRow, toIncident } from "./store.rows";

type StatusAt = { bot_id: string; status: string; at: number };
type Cover = { time: { starts_at: number; ends_at: number } };
type Which = { ids: readonly string[] } | { tag: string };
export type PublicDeps = {
  store: Pick<PageStore, "bySlug">;
  incidents: Pick<IncidentStore, "recent">;
  /** Returns the secret in the address of a page with visibility `link`. */
  secretOf(row: Pick<PageRow, "id" | "link_salt">): string;
  teamBots(teamId: number, which: Which, limit: number): Promise<BotNow[]>;
  statusChanges(scope: { bot_ids: string[] }, from: number, limit: number): Promise<StatusAt[]>;
  statusesBefore(scope: { bot_ids: string[] }, at: number, limit: number): Promise<StatusAt[]>;
  /** Returns the active and upcoming times of maintenance of each bot. */
  covering(bots: readonly { id: string; team_id: number }[], isOnlyActive: boolean): Promise<Map<string, Cover[]>>;
  now(): number;
};

/** A report is computed again when it is older. Changes of a page end it at once; a bot that goes offline does not. */
const FRESH_MS = 15_000;
/** The most reports that are kept. */
const REPORTS_MAX = 200;
/** The newest changes of status of all bots of a page that are read. A bot that changes all the time may hide the oldest ones. */
const CHANGES_MAX = 20_000;

type Kept = { at: number; report: Promise<StatusReport> };

/** Builds the function that computes the report of a page at a time. */
function createComputation(deps: PublicDeps) {
  async function linesOf(row: PageRow): Promise<Line[]> {
    const components = componentsOf(row);
    const ids = components.flatMap(({ bot_id }) => bot_id ?? []);
    const byId = new Map((await deps.teamBots(row.team_id, { ids }, BOTS_SHOWN_MAX)).map((bot) => [bot.id, bot]));
    let left = BOTS_SHOWN_MAX - byId.size;
    const lines: Line[] = [];
    for (const component of components) {
      const { bot_id, tag } = component;
      const bots = tag === undefined ? [] : await deps.teamBots(row.team_id, { tag }, left);
      left -= bots.length;
      const bot = bot_id === undefined ? undefined : byId.get(bot_id);
      // A bot that was deleted or given away is no longer shown.
      if (tag !== undefined || bot) lines.push({ component, bots: bot ? [bot] : bots });
    }
    return lines;
  }

  async function knownOf({ team_id }: PageRow, lines: readonly Line[], at: number): Promise<Known> {
    const bot_ids = [...new Set(lines.flatMap(({ bots }) => bots.map(({ id }) => id)))];
    const scope = { bot_ids };
    const from = at - UPTIME_DAYS * DAY_MS;
    const changes = new Map<string, { status: string; at: number }[]>(bot_ids.map((id) => [id, []]));
    if (bot_ids.length === 0) return { at, changes, windows: new Map() };
    const [before, since, covers] = await Promise.all([
      deps.statusesBefore(scope, from, BOTS_SHOWN_MAX),
      deps.statusChanges(scope, from, CHANGES_MAX),
      deps.covering(
        bot_ids.map((id) => ({ id, team_id })),
        false,
      ),
    ]);
    for (const change of [...before, ...since]) changes.get(change.bot_id)?.push(change);
    const windows = new Map(
      [...covers].map(([id, all]) => [id, all.map(({ time }) => ({ ...time, is_active: isActive(time, at) }))]),
    );
    return { at, changes, windows };
  }

  return async function compute(row: PageRow, at: number): Promise<StatusReport> {
    const lines = await linesOf(row);
    const known = await knownOf(row, lines, at);
    const components = lines.map((line) => lineOf(line, known));
    const reported = await deps.incidents.recent(row.id, at - HISTORY_DAYS * DAY_MS, INCIDENTS_MAX);
    const incidents = reported.map(toIncident);
    return {
      ...{ title: row.title, description: row.description, visibility: row.visibility as StatusReport["visibility"] },
      ...{ state: pageState(components, incidents), at: iso(at), components, incidents },
      ...{ outages: outagesOf(lines, known), maintenance: maintenanceOf(lines, known) },
    };
  };
}

/** Builds the answers for readers. */
export function createPublicService(deps: PublicDeps) {
  const compute = createComputation(deps);
  const kept = new Map<string, Kept>();

  function reportOf(row: PageRow): Promise<StatusReport> {
    const at = deps.now();
    const last = kept.get(row.id);
    if (last && at >= last.at && at - last.at < FRESH_MS) return last.report;
    const reading = { at, report: compute(row, at) };
    kept.delete(row.id);
    kept.set(row.id, reading);
    if (kept.size > REPORTS_MAX) kept.delete(kept.keys().next().value!);
    reading.report.catch(() => {
      if (kept.get(row.id) === reading) kept.delete(row.id);
    });
    return reading.report;
  }

  /**
   * Reads a page as its readers see it.
   *
   * @param key  the secret of the address
   * @throws NOT_FOUND  there is no such page, it is off, or the secret is missing or wrong
   */
  async function report(slug: string, key = ""): Promise<StatusReport> {
    const row = await deps.store.bySlug(slug);
    const isOpen = row?.visibility === "public" || (row?.visibility === "link" && sameSecret(key, deps.secretOf(row)));
    if (!row || !isOpen) throw new AppError("NOT_FOUND", `No status page ${cutText(slug, 64, "")}`);
    return reportOf(row);
  }

  return {
    report,

    /**
     * Draws the badge of a page or of one of its lines (from 1; 0: the whole page).
     *
     * @throws NOT_FOUND as `report`, and for a line that the page does not have
     */
    async badge(slug: string, { key, line, show }: { key?: string; line: number; show: "state" | "uptime" }) {
      const shown = await report(slug, key);
      const svg = badgeOf(shown, line, show);
      if (svg === undefined) throw new AppError("NOT_FOUND", `The status page has no line ${line}`, { field: "line" });
      return { svg, visibility: shown.visibility };
    },

    forget: (pageId: string): void => void kept.delete(pageId),
    forgetAll: (): void => kept.clear(),
    size: (): number => kept.size,
  };
}
