/** Lets people manage status pages. What readers see of them is in service.public.ts. */
import { type Actor, asUser } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { AppError, invalid } from "@/lib/core/errors";
import { afterId, rowsOf, shownPage } from "@/lib/core/pages";
import type { Quotas } from "@/lib/core/quotas";
import { staleUpdate } from "@/lib/core/versions";
import { type OwnedBot, roleOnTeam, seesAll, teamsOf } from "@/lib/identity/access";
import { checkOwnedBots, mayManage, ownedAccess, owningTeam } from "@/lib/identity/teams";
import type { PageInput, StatusPage } from "./contract";
import type { PageStore } from "./store";
import { columnsOf, inputOf, type PageColumns, type PageRow, toStatusPage } from "./store.rows";

export type ServiceDeps = {
  store: PageStore;
  quotas: Pick<Quotas, "of">;
  bots: { getMany(actor: Actor, ids: string[]): Promise<ReadonlyMap<string, OwnedBot>> };
  /** Returns where a page is read, with its secret if it needs one. */
  pathOf(row: Pick<PageRow, "id" | "slug" | "visibility" | "link_salt">): string;
  /** Makes every process compute the page again for its readers. */
  announceChange(pageId: string): void;
  now(): number;
  newId(prefix: string): string;
};

const slugTaken = (slug: string) =>
  new AppError("CONFLICT", `The address ${slug} is taken: choose another`, { field: "slug" });

/** Builds what finds pages for their people. */
export const pageAccess = ({ store }: { store: Pick<PageStore, "get"> }) =>
  ownedAccess({
    get: store.get,
    type: "status_page",
    noun: "status page",
    seenBy: "viewer",
    scope: "operate",
  });

/** Returns a page as what an act is about. */
export const actOn = (
  access: ReturnType<typeof pageAccess>,
  { title, ...row }: Pick<PageRow, "id" | "title" | "team_id">,
) => access.asTarget({ ...row, name: title });

/** Returns the columns of a requested page. @throws INVALID_INPUT a bot is not the team's, or a line stands twice */
async function checkedColumns(
  { bots }: Pick<ServiceDeps, "bots">,
  actor: Actor,
  { team_id }: Pick<PageRow, "team_id">,
  input: PageInput,
): Promise<PageColumns> {
  const named = input.components.flatMap(({ bot_id }) => bot_id ?? []);
  if (new Set(named).size < named.length) throw invalid("components", "names a bot twice");
  await checkOwnedBots(bots, actor, team_id, named, "components");
  return columnsOf(input);
}

type Shown = (row: PageRow, canManage: boolean) => StatusPage;

function createReading({ store }: Pick<ServiceDeps, "store">, shown: Shown) {
  const access = pageAccess({ store });
  return {
    /** Lists the pages of the caller's teams, newest first; for staff those of all. */
    async list(actor: Actor, { team_id, cursor, limit }: { team_id?: number; cursor?: string; limit: number }) {
      const user = asUser(actor);
      if (team_id !== undefined && roleOnTeam(user, team_id) === null)
        return { pages: [], count: 0, next_cursor: null };
      const teams = seesAll(user) ? undefined : teamsOf(user);
      const found = await store.page({ teams, team_id }, { after: afterId(cursor), limit });
      const { items, next_cursor } = shownPage(found, (row) => shown(row, mayManage(user, row)));
      const pages = rowsOf(items);
      return { pages, count: pages.length, next_cursor };
    },

    async get(actor: Actor, id: string): Promise<StatusPage> {
      const { user, row } = await access.find(actor, id, "see");
      return shown(row, mayManage(user, row));
    },
  };
}

/** Builds the service of status pages for the people who manage them. */
export function createPageService(deps: ServiceDeps) {
  const { store, now, newId, announceChange, pathOf } = deps;
  const access = pageAccess(deps);
  const shown: Shown = (row, canManage) => toStatusPage(row, pathOf(row), canManage);

  type Edit = { version?: number; input: object };

  /** Stores a change. @throws CONFLICT another version is stored, or another page has the slug */
  async function put(before: PageRow, columns: Partial<PageColumns> & { link_salt?: string }, edit: Edit) {
    const stored = await store.put(before.id, columns, { at: now(), expected: edit.version });
    if (stored === "slug") throw slugTaken(columns.slug!);
    if (stored) {
      announceChange(stored.id);
      return shown(stored, true);
    }
    const present = await store.get(before.id);
    if (!present) throw access.missing(before.id);
    const stale = { version: present.version, value: shown(present, true) };
    throw staleUpdate("The status page", stale, edit.version!, edit.input);
  }

  return {
    ...createReading(deps, shown),

    /** @throws NOT_FOUND, FORBIDDEN as `owningTeam`; INVALID_INPUT a bot; CONFLICT too many, or the slug is taken */
    async create(
      actor: Actor,
      { team_id: requested, ...input }: PageInput & { team_id?: number },
    ): Promise<StatusPage> {
      const user = asUser(actor, "operate");
      const team_id = await owningTeam(actor, requested, "operate");
      const columns = await checkedColumns(deps, actor, { team_id }, input);
      const at = now();
      const own = { id: newId("sp"), team_id, created_by: user.user_id, created_at: at, updated_at: at };
      describeAct({ ...actOn(access, { ...own, ...columns }), after: input });
      const quota = await deps.quotas.of("status_pages", team_id);
      const stored = await store.add({ ...columns, ...own, link_salt: newId("link") }, quota.max);
      if (stored === "slug") throw slugTaken(input.slug);
      if (stored === "full") throw await quota.reached(actor);
      return shown(stored, true);
    },

    /**
     * @param edited  the version on which the change is based
     * @throws NOT_FOUND; FORBIDDEN; INVALID_INPUT as `create`; CONFLICT another version is stored, or the slug is taken
     */
    async update(actor: Actor, id: string, input: PageInput, edited?: number): Promise<StatusPage> {
      const { row } = await access.find(actor, id, "manage");
      const columns = await checkedColumns(deps, actor, row, input);
      describeAct({ ...actOn(access, row), before: inputOf(row), after: input });
      return put(row, columns, { version: edited, input });
    },

    /** Makes a new secret address. @throws NOT_FOUND; FORBIDDEN */
    async renewLink(actor: Actor, id: string): Promise<StatusPage> {
      const { row } = await access.find(actor, id, "manage");
      describeAct(actOn(access, row));
      return put(row, { link_salt: newId("link") }, { input: {} });
    },

    /** @throws NOT_FOUND; FORBIDDEN */
    async remove(actor: Actor, id: string): Promise<void> {
      const { row } = await access.find(actor, id, "manage");
      describeAct({ ...actOn(access, row), before: inputOf(row) });
      await store.remove(id);
      announceChange(id);
    },
  };
}
