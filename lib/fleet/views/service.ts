/** Lets people save filters of the list of bots and of logs, share them with their teams, and pin them. */
import { type Actor, asUser, type UserActor } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { writeJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { DEFAULT_RANGE, spanOf } from "@/lib/core/format/time-range";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { queryProblem } from "@/lib/fleet/telemetry";
import { needsRole, roleInTeam, teamsOf } from "@/lib/identity/access";
import { noTeam } from "@/lib/identity/teams";
import { FILTER_FIELDS, type NewView, type SavedView, type ViewInput, type ViewPage } from "./contract";
import { PINS_MAX } from "./contract.constants";
import { type Refusal, toView, type ViewColumns, type ViewRow, type ViewStore } from "./store";

type ServiceDeps = { store: ViewStore; quotas: Pick<Quotas, "of">; now(): number; newId(prefix: string): string };

const noView = (id: string) => new AppError("NOT_FOUND", `No view ${cutText(id, 64, "")}`);
const onView = ({ id, name, team_id }: Pick<ViewRow, "id" | "name" | "team_id">) => ({
  ...{ target: { type: "view", id, name }, team_id },
});

/** Returns whether the caller may change a view that the caller sees. */
const mayManage = (user: UserActor, { created_by, team_id }: Pick<ViewRow, "created_by" | "team_id">): boolean =>
  created_by === user.user_id || roleInTeam(user, team_id) === "owner";

const shown = (user: UserActor, row: ViewRow): SavedView => toView(row, user.user_id, mayManage(user, row));

/** Checks the filter of a view by the rules of the page that it filters. @throws INVALID_INPUT */
function demandFilterOf(page: ViewPage, filter: ViewInput["filter"], now: number): void {
  const fields = FILTER_FIELDS[page];
  const foreign = Object.keys(filter).find((field) => !fields.includes(field));
  if (foreign) throw invalid(`filter.${foreign}`, `a view of ${page} has only ${fields.join(", ")}`);
  const { q = "", from, to } = filter;
  const problem = queryProblem(q);
  if (problem) throw invalid("filter.q", problem);
  if (!spanOf({ from: from ?? DEFAULT_RANGE.from, to: to ?? DEFAULT_RANGE.to }, now))
    throw invalid("filter.to", "the range must end after it begins");
}

/** Returns the columns of a requested view. @throws NOT_FOUND the caller is in no such team */
function columnsOf(user: UserActor, { name, filter, team_id }: ViewInput): ViewColumns {
  if (team_id !== null && roleInTeam(user, team_id) === null) throw noTeam(team_id);
  return { name, filter: writeJson(filter), team_id: team_id ?? user.user_id };
}

const inputOf = (user: UserActor, row: ViewRow): ViewInput => {
  const { name, filter, team_id } = shown(user, row);
  return { name, filter, team_id };
};

/** Builds the error of a view that was not stored. @param reached builds that of a reached quota */
async function refused(refusal: Refusal, { name, team_id }: ViewInput, reached: () => Promise<AppError>) {
  if (refusal === "full") return reached();
  const owner = team_id === null ? "You have" : "The team has";
  return new AppError("CONFLICT", `name: ${owner} a view called "${name}": choose another name`, { field: "name" });
}

type ViewQuery = { pinned?: "true"; page: ViewPage | "all"; cursor?: string; limit: number };
type Stored = Pick<ServiceDeps, "store">;

/** Returns a view that the caller sees. @throws NOT_FOUND */
async function visibleView({ store }: Stored, actor: Actor, id: string, scope: "read" | "admin") {
  const user = asUser(actor, scope);
  const row = await store.find(user.user_id, id);
  if (!row || roleInTeam(user, row.team_id) === null) {
    describeAct({ isHidden: true, target: { type: "view", id } });
    throw noView(id);
  }
  return { user, row };
}

/** Returns a view that the caller may change. @throws NOT_FOUND; FORBIDDEN */
async function managedView(deps: Stored, actor: Actor, id: string) {
  const found = await visibleView(deps, actor, id, "admin");
  if (!mayManage(found.user, found.row)) {
    describeAct(onView(found.row));
    throw needsRole("owner", roleInTeam(found.user, found.row.team_id)!, "team");
  }
  return found;
}

/** Reads a view again after a change of it. @throws NOT_FOUND it was deleted meanwhile */
async function present({ store }: Stored, user: UserActor, id: string): Promise<ViewRow> {
  const row = await store.find(user.user_id, id);
  if (!row) throw noView(id);
  return row;
}

function createReading(deps: ServiceDeps) {
  return {
    async list(actor: Actor, { pinned, page, cursor, limit }: ViewQuery) {
      const user = asUser(actor);
      const listing = {
        userId: user.user_id,
        teams: teamsOf(user),
        isPinned: pinned === "true",
        of: page === "all" ? undefined : page,
      };
      const found = await deps.store.page(listing, { after: afterId(cursor), limit });
      const { items, next_cursor } = shownPage(found, (row) => shown(user, row));
      return { views: rowsOf(items), count: items.length, next_cursor };
    },

    /** @throws NOT_FOUND */
    async get(actor: Actor, id: string): Promise<SavedView> {
      const { user, row } = await visibleView(deps, actor, id, "read");
      return shown(user, row);
    },
  };
}

function createPinning(deps: ServiceDeps) {
  const { store, now } = deps;
  return {
    /** @throws NOT_FOUND; CONFLICT the sidebar is full */
    async pin(actor: Actor, id: string): Promise<SavedView> {
      const { user } = await visibleView(deps, actor, id, "admin");
      if (!(await store.pin(user.user_id, id, { teams: teamsOf(user), at: now() })))
        throw new AppError("CONFLICT", `The sidebar has room for ${PINS_MAX} views: unpin one first`);
      return shown(user, await present(deps, user, id));
    },

    /** @throws NOT_FOUND */
    async unpin(actor: Actor, id: string): Promise<SavedView> {
      const { user } = await visibleView(deps, actor, id, "admin");
      await store.unpin(user.user_id, id);
      return shown(user, await present(deps, user, id));
    },
  };
}

/**
 * Builds the service of saved views. Being on the staff of the server gives nobody the views of others: a view holds no secret that
 * staff would have to look after.
 */
export function createViewService(deps: ServiceDeps) {
  const { store, quotas, now, newId } = deps;
  return {
    ...createReading(deps),
    ...createPinning(deps),

    /** @throws NOT_FOUND the team; INVALID_INPUT the filter is none of the page; CONFLICT too many, or the name is taken */
    async create(actor: Actor, input: NewView): Promise<SavedView> {
      const user = asUser(actor, "admin");
      const at = now();
      demandFilterOf(input.page, input.filter, at);
      const view = {
        ...{ ...columnsOf(user, input), id: newId("view"), page: input.page, created_by: user.user_id },
        ...{ created_at: at, updated_at: at },
      };
      describeAct({ ...onView(view), after: input });
      const quota = await quotas.of("saved_views", view.team_id);
      const stored = await store.add(view, quota.max);
      if (typeof stored === "string") throw await refused(stored, input, () => quota.reached(actor));
      return shown(user, stored);
    },

    /**
     * @param edited  the version on which the change is based
     * @throws NOT_FOUND the view or the team; INVALID_INPUT; FORBIDDEN; CONFLICT as `create`, or another version is stored
     */
    async update(actor: Actor, id: string, input: ViewInput, edited?: number): Promise<SavedView> {
      const { user, row } = await managedView(deps, actor, id);
      demandFilterOf(row.page as ViewPage, input.filter, now());
      const columns = row.created_by === user.user_id ? columnsOf(user, input) : keptInTeam(user, row, input);
      describeAct({ ...onView(row), before: inputOf(user, row), after: input });
      const quota = await quotas.of("saved_views", columns.team_id);
      const stored = await store.put(row, columns, { at: now(), expected: edited, max: quota.max });
      if (typeof stored === "string") throw await refused(stored, input, () => quota.reached(actor));
      const view = await present(deps, user, id);
      if (stored) return shown(user, view);
      const stale = { version: view.version, value: shown(user, view) };
      throw staleUpdate("The view", stale, edited ?? row.version, input);
    },

    /** @throws NOT_FOUND; FORBIDDEN */
    async remove(actor: Actor, id: string): Promise<void> {
      const { user, row } = await managedView(deps, actor, id);
      describeAct({ ...onView(row), before: inputOf(user, row) });
      await store.remove(id);
    },
  };
}

/** Returns the columns of a change by an owner of the team who did not create the view. @throws FORBIDDEN it would leave the team */
function keptInTeam(user: UserActor, row: ViewRow, input: ViewInput): ViewColumns {
  if (input.team_id !== row.team_id)
    throw new AppError("FORBIDDEN", "team_id: only the person who created the view decides with whom it is shared", {
      field: "team_id",
    });
  return columnsOf(user, input);
}
