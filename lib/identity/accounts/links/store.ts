/** Identities at providers (Discord, OpenID Connect, GitHub), linked to users here. No access token of a provider is stored. */
import { inList, lockName, type Queries, query, transaction } from "@/lib/core/db";
import { newId } from "@/lib/core/ids";
import { forgetEndedLink, noteEnded } from "@/lib/identity/accounts/credentials/store.ended";
import { noteProved } from "@/lib/identity/accounts/sign-in/record";
import { insertUser } from "@/lib/identity/accounts/store.changes";
import { findUser, lockUser } from "@/lib/identity/accounts/store.read";
import { type NewUser, toRecord, USER, type UserRecord } from "@/lib/identity/accounts/store.rows";

/** A person's identity at a provider. `avatar` is a URL. */
export type Identity = {
  /** "discord", "github" or "oidc:" with the issuer: an id is unique at its issuer only. */
  provider: string;
  id: string;
  username: string;
  discriminator: string;
  avatar: string | null;
};
export type Linked = Identity & { founding: boolean };
export type OwnLink = Pick<Identity, "provider" | "id" | "username"> & { linkId: string };
/** `provider_account_id` and `avatar` are null for a user without an identity at the provider. */
type LinkCard = Pick<UserRecord, "id" | "username" | "role"> & {
  provider_account_id: string | null;
  avatar: string | null;
};
type Key = Pick<Identity, "provider" | "id">;

const accounts = ({ provider, id }: Key, queries: Queries = query()) =>
  queries.selectFrom("account").where("provider", "=", provider).where("provider_account_id", "=", id);
const ofUser = (userId: number, provider: Identity["provider"], queries: Queries = query()) =>
  queries.selectFrom("account").where("user_id", "=", userId).where("provider", "=", provider);
/** Lets only one transaction at a time link the same identity. */
const lockIdentity = (trx: Queries, { provider, id }: Key) => lockName(trx, `accounts:${provider}:${id}`);

async function insertLink(trx: Queries, userId: number, identity: Identity, founding: 0 | 1) {
  const { provider, id, username, discriminator, avatar } = identity;
  const link = { user_id: userId, provider, provider_account_id: id };
  await trx
    .insertInto("account")
    .values({ id: newId("acc"), type: "oauth", ...link, founding, username, discriminator, avatar })
    .execute();
  return link;
}

/** Locks an identity until the transaction ends. @returns false when it has a user already */
export async function claimIdentity(trx: Queries, identity: Key): Promise<boolean> {
  await lockIdentity(trx, identity);
  return (await accounts(identity, trx).select("id").executeTakeFirst()) === undefined;
}

/** Links a claimed identity to an account that an invitation made. Groups at the provider do not decide its role. */
export async function linkInvited(trx: Queries, user: UserRecord, identity: Identity): Promise<void> {
  await insertLink(trx, user.id, identity, 0);
  noteProved(user);
}

/** Finds the user linked to an identity. `founding`: the account was created by the first sign-in with that identity. */
async function find(identity: Key): Promise<{ user: UserRecord; founding: boolean } | null> {
  const row = await accounts(identity)
    .innerJoin("user", "user.id", "account.user_id")
    .select(["founding", ...USER.map((column) => `user.${column}` as const)])
    .executeTakeFirst();
  if (!row) return null;
  const { founding, ...user } = row;
  return { user: toRecord(user), founding: founding === 1 };
}

async function linkOf(userId: number, provider: Identity["provider"]): Promise<Linked | null> {
  const link = await ofUser(userId, provider)
    .select(["provider_account_id as id", "username", "discriminator", "avatar", "founding"])
    .executeTakeFirst();
  if (!link) return null;
  const { id, avatar } = link;
  const shown = { username: link.username ?? id, discriminator: link.discriminator ?? "0", avatar };
  return { provider, id, ...shown, founding: link.founding === 1 };
}

/** Every identity that can sign in to the account. */
async function allOf(userId: number): Promise<OwnLink[]> {
  const rows = await query()
    .selectFrom("account")
    .select(["id as linkId", "provider", "provider_account_id as id", "username"])
    .where("user_id", "=", userId)
    .orderBy("provider")
    .execute();
  return rows.map(({ username, ...row }) => ({ ...row, username: username ?? row.id }));
}

/** Finds these users, with their identity at the provider where they have one. */
const cardsOf = (userIds: readonly number[], provider: Identity["provider"]): Promise<LinkCard[]> =>
  query()
    .selectFrom("user")
    .leftJoin("account", (join) => join.onRef("account.user_id", "=", "user.id").on("account.provider", "=", provider))
    .select(["user.id", "user.username", "user.role", "provider_account_id", "avatar"])
    .where("user.id", "in", inList(userIds))
    .$castTo<LinkCard>()
    .execute();

/** Stores the identity's current name and picture. */
async function refresh({ provider, id, username, discriminator, avatar }: Identity): Promise<void> {
  await query()
    .updateTable("account")
    .set({ username, discriminator, avatar })
    .where("provider", "=", provider)
    .where("provider_account_id", "=", id)
    .execute();
}

/**
 * Creates a user and links the identity, both or neither. @returns null when the identity has a user already @throws
 * Taken
 */
const found = (user: NewUser, identity: Identity): Promise<UserRecord | null> =>
  transaction(async (trx) => {
    if (!(await claimIdentity(trx, identity))) return null;
    // The provider has verified the address; people without a verified one may not sign up.
    const made = await insertUser(trx, { ...user, email_verified: user.created_at });
    await insertLink(trx, made.id, identity, 1);
    noteProved(made);
    return made;
  });

/** @returns "taken" when another user has the identity, "other" when the user has another identity there */
const link = (userId: number, identity: Identity): Promise<"linked" | "taken" | "other"> =>
  transaction(async (trx) => {
    await lockIdentity(trx, identity);
    await lockUser(trx, userId);
    const known = await accounts(identity, trx).select("user_id").executeTakeFirst();
    if (known) return known.user_id === userId ? "linked" : "taken";
    if (await ofUser(userId, identity.provider, trx).select("id").executeTakeFirst()) return "other";
    await forgetEndedLink(trx, await insertLink(trx, userId, identity, 0));
    return "linked";
  });

/** @returns "only-way" when the user could not sign in any more */
const unlink = (
  userId: number,
  provider: Identity["provider"],
  at: number,
  acceptsPasswords: boolean,
): Promise<"unlinked" | "none" | "only-way"> =>
  transaction(async (trx) => {
    await lockUser(trx, userId);
    const user = await findUser(userId, trx);
    const linked = await ofUser(userId, provider, trx).select(["user_id", "provider", "provider_account_id"]).execute();
    if (!user || linked.length === 0) return "none";
    const others = trx
      .selectFrom("account")
      .select("id")
      .where("user_id", "=", userId)
      .where("provider", "!=", provider);
    const hasPassword = acceptsPasswords && user.password_hash !== null;
    if (!hasPassword && !(await others.limit(1).executeTakeFirst())) return "only-way";
    await noteEnded(trx, at, "link", ...linked);
    await trx.deleteFrom("account").where("user_id", "=", userId).where("provider", "=", provider).execute();
    return "unlinked";
  });

export const createLinkStore = () => ({ find, ofUser: linkOf, cardsOf, allOf, refresh, found, link, unlink });

export type LinkStore = ReturnType<typeof createLinkStore>;
