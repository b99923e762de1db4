/** Lets people manage maintenance windows. What follows from them is in coverage.ts. */
import { type Actor, asAdmin, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { nextAfter } from "@/lib/core/recurrence";
import { staleUpdate } from "@/lib/core/versions";
import { type OwnedBot, roleOnTeam, seesAll, teamsOf } from "@/lib/identity/access";
import { checkOwnedBots, mayManage, ownedAccess, owningTeam } from "@/lib/identity/teams";
import type { BotMaintenance, MaintenanceWindow, WindowInput } from "./contract";
import { SINGLE_MAX } from "./contract.constants";
import type { Coverage } from "./coverage";
import { isActive, occurrenceAt } from "./occurrences";
import type { WindowStore } from "./store";
import { columnsOf, toBotMaintenance, toWindow, type WindowColumns, type WindowRow } from "./store.rows";

export type ServiceDeps = {
  store: WindowStore;
  quotas: Pick<Quotas, "of">;
  coverage: Pick<Coverage, "covering">;
  bots: {
    getMany(actor: Actor, ids: string[]): Promise<ReadonlyMap<string, OwnedBot>>;
    reach(actor: Actor, id: string, least: "viewer"): Promise<OwnedBot>;
  };
  /** Makes every process read the windows again, and alerts evaluate their rules soon. */
  announceChange(): void;
  now(): number;
  newId(prefix: string): string;
};

const MINUTE_MS = 60_000;

/** Builds what finds windows for their people. */
const windowAccess = ({ store }: Pick<ServiceDeps, "store">) =>
  ownedAccess({
    get: store.get,
    type: "maintenance_window",
    noun: "maintenance window",
    seenBy: "viewer",
    scope: "operate",
  });

/** Checks the times of a window. @throws INVALID_INPUT */
function checkTimes({ cron, time_zone, starts_at, ends_at }: WindowColumns, at: number): void {
  if (cron !== null) {
    if (nextAfter({ cron, every_minutes: null, time_zone, starts_at: 0 }, at) === null)
      throw invalid("cron", "matches no date: check the day and the month");
    return;
  }
  if (ends_at! <= at) throw invalid("ends_at", "must be in the future");
  if (ends_at! <= starts_at!) throw invalid("ends_at", "must be after starts_at");
  if (ends_at! - starts_at! > SINGLE_MAX * MINUTE_MS)
    throw invalid("ends_at", `must be at most ${SINGLE_MAX / 1440} days after starts_at`);
}

/** Returns the columns of a requested window. @throws INVALID_INPUT the times or a bot */
async function checkedColumns(
  deps: Pick<ServiceDeps, "bots">,
  actor: Actor,
  { team_id, starts_at }: Pick<WindowRow, "team_id"> & Partial<Pick<WindowRow, "starts_at">>,
  { input, at }: { input: WindowInput; at: number },
): Promise<WindowColumns> {
  // A single window keeps its beginning when the change names none.
  const isKept = typeof starts_at === "number" && input.cron === undefined && input.starts_at === undefined;
  const columns = { ...columnsOf(input, at), ...(isKept && { starts_at }) };
  checkTimes(columns, at);
  if (input.bots) await checkOwnedBots(deps.bots, actor, team_id, input.bots);
  return columns;
}

function createReading(deps: ServiceDeps) {
  const { store, coverage, bots, now } = deps;
  const access = windowAccess(deps);
  return {
    async page(actor: Actor, { team_id, cursor, limit }: { team_id?: number; cursor?: string; limit: number }) {
      const user = asUser(actor);
      if (team_id !== undefined && roleOnTeam(user, team_id) === null) return { items: [], next_cursor: null };
      const teams = seesAll(user) ? undefined : teamsOf(user);
      const found = await store.page({ teams, team_id }, { after: afterId(cursor), limit });
      return shownPage(found, (row) => toWindow(row, now(), mayManage(user, row)));
    },

    async get(actor: Actor, id: string): Promise<MaintenanceWindow> {
      const { user, row } = await access.find(actor, id, "see");
      return toWindow(row, now(), mayManage(user, row));
    },

    /** Lists the windows of a bot, active ones first. @throws NOT_FOUND the bot */
    async ofBot(actor: Actor, botId: string): Promise<BotMaintenance[]> {
      const { id, team_id } = await bots.reach(actor, botId, "viewer");
      const at = now();
      const covers = (await coverage.covering([{ id, team_id }], false)).get(id) ?? [];
      return covers
        .toSorted((one, other) => one.time.starts_at - other.time.starts_at)
        .map(({ row, time }) => toBotMaintenance(row, time, at));
    },
  };
}

type Edit = { version?: number; input: object };

/** Builds the service of maintenance windows for people. */
export function createMaintenanceService(deps: ServiceDeps) {
  const { store, now, newId, announceChange } = deps;
  const access = windowAccess(deps);
  const reading = createReading(deps);

  /** Stores a change. @throws CONFLICT another version is stored */
  async function put(before: WindowRow, columns: Partial<WindowColumns>, edit: Edit = { input: {} }) {
    const at = now();
    const stored = await store.put(before.id, { ...columns, updated_at: at }, edit.version);
    if (stored) {
      announceChange();
      return toWindow(stored, at, true);
    }
    const present = await store.get(before.id);
    if (!present) throw access.missing(before.id);
    const stale = { version: present.version, value: toWindow(present, at, true) };
    throw staleUpdate("The maintenance window", stale, edit.version!, edit.input);
  }

  return {
    ...reading,

    /** Lists a page as `page` does, without a cursor for each window. */
    async list(actor: Actor, query: Parameters<typeof reading.page>[1]) {
      const { items, next_cursor } = await reading.page(actor, query);
      const windows = rowsOf(items);
      return { windows, count: windows.length, next_cursor };
    },

    /** @throws NOT_FOUND, FORBIDDEN as `owningTeam`; INVALID_INPUT the times or a bot; CONFLICT too many */
    async create(
      actor: Actor,
      { team_id: requested, ...input }: WindowInput & { team_id?: number | null },
    ): Promise<MaintenanceWindow> {
      const user = asUser(actor, "operate");
      if (requested === null) asAdmin(actor, "operate");
      const team_id = requested === null ? null : await owningTeam(actor, requested, "operate");
      const at = now();
      const columns = await checkedColumns(deps, actor, { team_id }, { input, at });
      const own = { id: newId("mw"), team_id, created_by: user.user_id, created_at: at, updated_at: at };
      describeAct({ ...access.asTarget({ ...own, ...columns }), after: input });
      const { max, reached } = await deps.quotas.of("maintenance_windows", team_id);
      const stored = await store.add({ ...columns, ...own }, max);
      if (!stored) throw await reached(actor);
      announceChange();
      return toWindow(stored, at, true);
    },

    /**
     * @param edited  the version on which the change is based
     * @throws NOT_FOUND; FORBIDDEN; INVALID_INPUT as `create`; CONFLICT another version is stored
     */
    async update(actor: Actor, id: string, input: WindowInput, edited?: number): Promise<MaintenanceWindow> {
      const { row } = await access.find(actor, id, "manage");
      const at = now();
      const columns = await checkedColumns(deps, actor, row, { input, at });
      describeAct({ ...access.asTarget(row), before: inputOf(row, at), after: input });
      return put(row, columns, { version: edited, input });
    },

    /** Ends the present time of a window. @throws NOT_FOUND; FORBIDDEN; CONFLICT it is not active */
    async end(actor: Actor, id: string): Promise<MaintenanceWindow> {
      const { row } = await access.find(actor, id, "manage");
      const at = now();
      const time = occurrenceAt(row, at);
      if (!isActive(time, at)) throw new AppError("CONFLICT", "The maintenance window is not active");
      describeAct({ ...access.asTarget(row), before: { state: "active" }, after: { state: "ended" } });
      return put(row, row.cron === null ? { ends_at: at } : { ended_at: at });
    },

    /** @throws NOT_FOUND; FORBIDDEN */
    async remove(actor: Actor, id: string): Promise<void> {
      const { row } = await access.find(actor, id, "manage");
      describeAct({ ...access.asTarget(row), before: inputOf(row, now()) });
      await store.remove(id);
      announceChange();
    },
  };
}

/** The fields that people set, for the audit log. */
function inputOf(row: WindowRow, at: number) {
  const { name, note, bots, tag, starts_at, ends_at, cron, time_zone, duration_minutes, pause_schedules } = toWindow(
    row,
    at,
    true,
  );
  return { name, note, bots, tag, starts_at, ends_at, cron, time_zone, duration_minutes, pause_schedules };
}
