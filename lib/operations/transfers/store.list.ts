/** Lists transfers for people. */
import { contains, query, readPage } from "@/lib/core/db";
import type { Cursor, Page } from "@/lib/core/pages";
import type { TaskStatus } from "./contract";
import type { TaskRow } from "./rows";
import { withNames } from "./store.names";

/** `person`: an account by its number, and a contact by its id as text. */
type Person = { account: number | null; contact: string };
type Filter = { ownerId?: number; person?: Person; status?: TaskStatus; search?: string };
/** Matches the transfers that are shown in lists and match the filter. */
const listed = ({ ownerId, person, status, search }: Filter) =>
  withNames(query())
    .where("t.dir", "<>", "")
    .$if(ownerId !== undefined, (tasks) => tasks.where("t.owner_id", "=", ownerId!))
    .$if(person !== undefined, (tasks) =>
      tasks.where((eb) =>
        eb.or([
          eb("t.requested_for", "=", person!.contact),
          eb.and([eb("t.requested_for", "is", null), eb("t.owner_id", "=", person!.account ?? -1)]),
        ]),
      ),
    )
    .$if(status !== undefined, (tasks) => tasks.where("t.status", "=", status!))
    .$if(!!search, (tasks) =>
      tasks.where((eb) =>
        eb.or([
          contains(eb.fn<string>("lower", ["t.filename"]), search!.toLowerCase()),
          contains(eb.fn<string>("lower", ["t.url"]), search!.toLowerCase()),
        ]),
      ),
    );

export function createTaskListStore() {
  return {
    find: (id: string): Promise<TaskRow | undefined> =>
      withNames(query()).where("t.id", "=", id).where("t.dir", "<>", "").executeTakeFirst(),

    async list({ limit, offset, ...filter }: Filter & { limit: number; offset: number }) {
      const tasks = listed(filter);
      const { total } = await tasks
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as("total"))
        .executeTakeFirstOrThrow();
      return { rows: await tasks.orderBy("t.seq", "desc").limit(limit).offset(offset).execute(), total };
    },

    /** Lists the rows as `list` does, but by keyset and without the total: newest first. */
    page: (filter: Filter, page: { limit: number; after?: Cursor }): Promise<Page<TaskRow>> =>
      readPage(listed(filter), { by: ["t.seq"], direction: "desc" }, page),
  };
}
