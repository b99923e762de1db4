/** Contacts: people without an account here, for whom an owner's API key requested transfers. */
import type { ExpressionBuilder } from "kysely";
import type { Tables } from "@/generated/tables";
import { contains, inList, type Queries, query } from "@/lib/core/db";

export type NewContact = { name: string | null; platform: string | null };
/** Sums over transfers. */
export type Figures = { total: number; successful: number; failed: number; uploads: number; bytes: number };
/** One person. When the contacts of several owners are listed, those with the same id are merged into one row. */
export type ContactRow = Figures & {
  outside_id: string;
  name: string | null;
  platform: string | null;
  created_at: number;
  used_at: number;
};
type Filter = { ownerId?: number; id?: string; search?: string; limit: number };

/** The most contacts of one owner. */
const CONTACTS_MAX = 10_000;

/** Records the contact of a transfer. @returns false when the owner already has the most contacts allowed */
export async function keepContact(
  trx: Queries,
  { owner_id, outside_id, at, name, platform }: NewContact & { owner_id: number; outside_id: string; at: number },
): Promise<boolean> {
  const { others } = await trx
    .selectFrom("contact")
    .select((eb) => eb.fn.countAll<number>().as("others"))
    .where("owner_id", "=", owner_id)
    .where("outside_id", "<>", outside_id)
    .executeTakeFirstOrThrow();
  if (others >= CONTACTS_MAX) return false;
  await trx
    .insertInto("contact")
    .values({ owner_id, outside_id, name, platform, created_at: at, used_at: at })
    .onConflict((known) =>
      known.columns(["owner_id", "outside_id"]).doUpdateSet((eb) => ({
        used_at: at,
        name: eb.fn.coalesce("excluded.name", "contact.name"),
        platform: eb.fn.coalesce("excluded.platform", "contact.platform"),
      })),
    )
    .execute();
  return true;
}

export function createContactStore() {
  return {
    /** Contacts with the figures of their transfers, latest activity first. @param ownerId limits them to one owner */
    async find({ ownerId, id, search, limit }: Filter): Promise<ContactRow[]> {
      const text = search?.toLowerCase();
      const found = await query()
        .selectFrom("contact")
        .select((eb) => [
          "outside_id",
          eb.fn.max("name").as("name"),
          eb.fn.max("platform").as("platform"),
          eb.fn.min("created_at").as("created_at"),
          eb.fn.max("used_at").as("used_at"),
        ])
        .$if(ownerId !== undefined, (contacts) => contacts.where("owner_id", "=", ownerId!))
        .$if(id !== undefined, (contacts) => contacts.where("outside_id", "=", id!))
        .$if(text !== undefined, (contacts) =>
          contacts.where((eb) =>
            eb.or([
              contains(eb.fn<string>("lower", ["name"]), text!),
              contains(eb.fn<string>("lower", ["outside_id"]), text!),
            ]),
          ),
        )
        .groupBy("outside_id")
        .orderBy((eb) => eb.fn.max("used_at"), "desc")
        .orderBy("outside_id")
        .limit(limit)
        .execute();
      const ids = found.map((contact) => contact.outside_id);
      const figures = await figuresOf(ids, ownerId);
      const none = { total: 0, successful: 0, failed: 0, uploads: 0, bytes: 0 };
      return found.map((contact) => ({ ...contact, ...(figures.get(contact.outside_id) ?? none) }));
    },
  };
}
export type ContactStore = ReturnType<typeof createContactStore>;

/** The sums of a group of transfers. */
export const figures = (eb: ExpressionBuilder<Tables, "transfer">) => [
  eb.fn.countAll<number>().as("total"),
  eb.fn.countAll<number>().filterWhere("status", "=", "completed").as("successful"),
  eb.fn.countAll<number>().filterWhere("status", "=", "failed").as("failed"),
  eb.fn
    .countAll<number>()
    .filterWhere("status", "=", "completed")
    .filterWhere("destination", "<>", "local")
    .as("uploads"),
  eb.fn.coalesce(eb.fn.sum<number>("downloaded").filterWhere("status", "=", "completed"), eb.lit(0)).as("bytes"),
];

async function figuresOf(ids: readonly string[], ownerId?: number): Promise<Map<string, Figures>> {
  if (ids.length === 0) return new Map();
  const rows = await query()
    .selectFrom("transfer")
    .select("requested_for")
    .select(figures)
    .where("requested_for", "in", inList(ids))
    .$if(ownerId !== undefined, (transfers) => transfers.where("owner_id", "=", ownerId!))
    .groupBy("requested_for")
    .$castTo<Figures & { requested_for: string }>()
    .execute();
  return new Map(rows.map(({ requested_for, ...sums }) => [requested_for, sums]));
}
