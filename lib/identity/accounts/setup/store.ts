/** Reads whether the first users of a server exist, and keeps the nonce of the setup link. */
import { createRoomSetting, query, transaction } from "@/lib/core/db";
import { noteProved } from "@/lib/identity/accounts/sign-in/record";
import { insertUser } from "@/lib/identity/accounts/store.changes";
import { activeAdmins } from "@/lib/identity/accounts/store.read";
import type { NewUser, UserRecord } from "@/lib/identity/accounts/store.rows";

/** The nonce that the setup link is derived from, while the server has no admin. */
export const nonce = createRoomSetting("setup_nonce");

const isNamed = async (username: string): Promise<boolean> => {
  const user = await query().selectFrom("user").select("id").where("username", "=", username).executeTakeFirst();
  return user !== undefined;
};

/**
 * True when a start has no accounts to create: an active admin exists, so does each user of `others`, and no setup link is
 * open.
 */
async function isSetUp(admin: string | undefined, others: string[]): Promise<boolean> {
  const wanted = activeAdmins().$if(admin !== undefined, (users) => users.where("username", "=", admin!));
  if (!(await wanted.limit(1).executeTakeFirst())) return false;
  if ((await nonce.read()) !== null) return false;
  for (const name of others) if (!(await isNamed(name))) return false;
  return true;
}

/**
 * Spends the nonce and makes the first admin, both or neither: of two claims at once one wins.
 *
 * @returns null when the nonce is spent
 * @throws Taken
 */
const claim = (spent: string, user: NewUser): Promise<UserRecord | null> =>
  transaction(async (trx) => {
    if (!(await nonce.remove(spent, trx))) return null;
    const admin = await insertUser(trx, user);
    noteProved(admin);
    return admin;
  });

export const setupStore = {
  isSetUp,
  claim,
  /** The nonce the setup link is derived from; made when missing. Several processes starting at once get the same. */
  setupNonce: (make: () => string): Promise<string> => nonce.readOrMake(make),
  currentSetupNonce: (): Promise<string | null> => nonce.read(),
  async dropSetupNonce(): Promise<void> {
    await nonce.remove();
  },
};
