/** Decides who may see contacts. A contact is created when a transfer is requested for it (service.ts). */
import { type Actor, asStaff, asUser } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { seesAll } from "@/lib/identity/access";
import type { Contact } from "@/lib/operations/system";
import { outsideIdOf } from "@/lib/operations/transfers/rows";
import type { ContactRow, ContactStore } from "./store";

const LISTED_MAX = 1_000;

const toContact = (row: ContactRow): Contact => ({
  id: outsideIdOf(row.outside_id),
  username: row.name ?? row.outside_id,
  platform: row.platform,
  created_at: iso(row.created_at),
  last_active: iso(row.used_at),
  figures: {
    total: row.total,
    successful: row.successful,
    failed: row.failed,
    uploads: row.uploads,
    bytes: row.bytes,
  },
});

export function createContactService(store: ContactStore) {
  return {
    /** Finds a contact: staff find anybody's, other users their own. Null if there is none the caller may see. */
    async find(actor: Actor, id: string): Promise<Contact | null> {
      const user = asUser(actor);
      const [row] = await store.find({ id, ownerId: seesAll(user) ? undefined : user.user_id, limit: 1 });
      return row ? toContact(row) : null;
    },

    /** Lists the contacts that were active last. @throws FORBIDDEN for all but staff */
    async list(actor: Actor, search?: string): Promise<Contact[]> {
      asStaff(actor);
      return (await store.find({ search, limit: LISTED_MAX })).map(toContact);
    },
  };
}
