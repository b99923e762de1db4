/**
 * Access that was taken away since a backup stays away when it is restored. The present database is read before it is
 * replaced, and the staged one is changed before it takes its place, so that a crash in between gives nothing back.
 *
 * Users and bots are matched by id and time of creation: restoring onto another server carries nothing over.
 */
import type { Sql } from "@/lib/core/db";

type UserRow = {
  id: number;
  username: string;
  role: string;
  active: number;
  password: string | null;
  created: number;
};
type BotRow = { id: string; name: string; created: number; hash: string; cipher: string };
type Ended = { kind: string; ref: string; at: number };
type SessionRow = Record<"id" | "token", string> &
  Record<"expires" | "created" | "seen" | "user_id", number> & {
    ip: string | null;
    agent: string | null;
  };
export type PresentAccess = {
  users: UserRow[];
  bots: BotRow[];
  ended: Ended[];
  setupNonce: string | null;
  /** The session of the person who restores: it is valid now and stays so. */
  session: SessionRow | undefined;
};

const USERS = `SELECT id, username, role, is_active AS active, password_hash AS password, created_at AS created FROM "user"`;
const BOTS = "SELECT id, name, created_at AS created, token_hash AS hash, token_cipher AS cipher FROM bot";
const SESSION = `SELECT id, session_token AS token, user_id, expires, created_at AS created, last_seen_at AS seen, ip,
  user_agent AS agent FROM session WHERE id = $1`;
const NAMES_SHOWN = 5;
const RANKS = ["user", "moderator", "admin"];

const keyOf = (row: { id: number | string; created: number }) => `${row.id}:${row.created}`;

/** Reads the access that people and programs have at present. @throws what the database says when it is not readable */
export async function readPresentAccess(sql: Sql, sessionId: string | undefined): Promise<PresentAccess> {
  const ended = await sql.all<Ended>("SELECT kind, ref, at FROM ended_access");
  const revoked = await sql.all<Ended>(
    "SELECT 'key' AS kind, id AS ref, revoked_at AS at FROM api_key WHERE revoked_at IS NOT NULL",
  );
  const [nonce] = await sql.all<{ value: string }>("SELECT value FROM setting WHERE key = 'setup_nonce'");
  return {
    users: await sql.all<UserRow>(USERS),
    bots: await sql.all<BotRow>(BOTS),
    ended: [...ended, ...revoked],
    setupNonce: nonce?.value ?? null,
    session: sessionId === undefined ? undefined : (await sql.all<SessionRow>(SESSION, [sessionId]))[0],
  };
}

const listed = (names: string[]) =>
  names.length > NAMES_SHOWN
    ? `${names.slice(0, NAMES_SHOWN).join(", ")} and ${names.length - NAMES_SHOWN} more`
    : names.join(", ");

/**
 * Takes away from the staged database what has ended since the backup.
 *
 * @param present undefined when there is no present database, or none that can be read
 * @returns a warning for each kind of access that differs from the backup
 */
export async function withdrawEndedAccess(staged: Sql, present: PresentAccess | undefined): Promise<string[]> {
  const warnings: string[] = [];
  const warn = (names: string[], text: string) =>
    void (names.length > 0 && warnings.push(`${text}: ${listed(names)}.`));

  const sessions = await staged.run("DELETE FROM session");
  for (const table of ["password_reset", "email_verification", "pending_account"])
    await staged.run(`DELETE FROM ${table}`);
  if (!present) {
    if (sessions > 0) warnings.push("Every session was ended: everyone signs in again.");
    return warnings;
  }
  if (present.setupNonce === null) await staged.run("DELETE FROM setting WHERE key = 'setup_nonce'");

  for (const { kind, ref, at } of present.ended)
    await staged.run(
      "INSERT INTO ended_access (kind, ref, at) VALUES ($1, $2, $3) ON CONFLICT (kind, ref) DO NOTHING",
      [kind, ref, at],
    );
  const ended = await staged.all<Ended>("SELECT kind, ref, at FROM ended_access");
  const refsOf = (kind: string) => ended.filter((row) => row.kind === kind).map((row) => row.ref);

  await withdrawKeysAndLinks(staged, refsOf("key"), refsOf("link"), warn);
  await withdrawUsers(staged, present, new Set(refsOf("user")), warn);
  await withdrawTokens(staged, present, warn);
  await keepAnAdmin(staged, present, warnings);
  const kept = await keepSession(staged, present);
  if (sessions > 0) warnings.push(`Every session was ended${kept ? " except yours" : ""}: people sign in again.`);
  return warnings;
}

type Warn = (names: string[], text: string) => void;

async function withdrawKeysAndLinks(staged: Sql, keys: string[], links: string[], warn: Warn): Promise<void> {
  const names: string[] = [];
  for (const id of keys) {
    const [key] = await staged.all<{ name: string; live: number }>(
      "SELECT name, CASE WHEN revoked_at IS NULL THEN 1 ELSE 0 END AS live FROM api_key WHERE id = $1",
      [id],
    );
    if (key?.live) names.push(key.name);
    if (key) await staged.run("DELETE FROM api_key WHERE id = $1", [id]);
  }
  warn(names, "API keys revoked since the backup stay revoked");
  const unlinked: string[] = [];
  for (const ref of links) {
    const [userId = "", provider = "", ...id] = ref.split(":");
    const removed = await staged.run(
      "DELETE FROM account WHERE user_id = $1 AND provider = $2 AND provider_account_id = $3",
      [Number(userId), provider, id.join(":")],
    );
    if (removed > 0) unlinked.push(`${provider} ${id.join(":")}`);
  }
  warn(unlinked, "Accounts unlinked since the backup stay unlinked");
}

async function withdrawUsers(staged: Sql, present: PresentAccess, deleted: Set<string>, warn: Warn): Promise<void> {
  const now = new Map(present.users.map((user) => [keyOf(user), user]));
  const gone: string[] = [];
  const deactivated: string[] = [];
  const lowered: string[] = [];
  const changed: string[] = [];
  for (const user of await staged.all<UserRow>(USERS)) {
    if (deleted.has(keyOf(user))) {
      gone.push(user.username);
      await eraseUser(staged, user.id);
      continue;
    }
    const current = now.get(keyOf(user));
    if (!current) continue;
    if (!current.active && user.active) {
      deactivated.push(user.username);
      await staged.run('UPDATE "user" SET is_active = 0 WHERE id = $1', [user.id]);
    }
    if (RANKS.indexOf(current.role) < RANKS.indexOf(user.role)) {
      lowered.push(`${user.username} (${current.role})`);
      await staged.run('UPDATE "user" SET role = $2 WHERE id = $1', [user.id, current.role]);
    }
    if (current.password !== user.password) {
      changed.push(user.username);
      await staged.run('UPDATE "user" SET password_hash = $2 WHERE id = $1', [user.id, current.password]);
    }
  }
  warn(gone, "Accounts deleted since the backup stay deleted; their bots are back without a valid token");
  warn(deactivated, "Accounts deactivated since the backup stay deactivated");
  warn(lowered, "Roles lowered since the backup stay lowered");
  warn(changed, "Passwords changed since the backup stay as they are now");
}

/** Tables whose rows go with their account. Tickets are handled by their own room, which knows their files (lib/community/tickets). */
const OF_ACCOUNT = [
  ["user_id", ["api_key", "account", "notification", "notification_preference", "push_device", "delivery"]],
  ["user_id", ["analytics_session", "analytics_user", "tracked_player"]],
  ["owner_id", ["alert", "contact", "transfer"]],
  ["global = 0 AND owner_id", ["alert_rule", "alert_channel"]],
] as const;

/**
 * The row stays, for others refer to it: without a name, an address or any way to sign in. Nothing is sent to the person
 * or done for them any more.
 */
async function eraseUser(staged: Sql, id: number): Promise<void> {
  await staged.run(
    `UPDATE "user" SET username = $2, email = $3, fullname = '', phone = NULL, birthday = NULL, gender = NULL, name = NULL,
       image = NULL, role = 'user', password_hash = NULL, is_active = 0 WHERE id = $1`,
    [id, `deleted-${id}`, `deleted-${id}@localhost`],
  );
  for (const [column, tables] of OF_ACCOUNT)
    for (const table of tables) await staged.run(`DELETE FROM ${table} WHERE ${column} = $1`, [id]);
  // No token hashes to this text, and an empty seal holds no token.
  await staged.run("UPDATE bot SET token_hash = 'ended:' || id, token_cipher = '' WHERE owner_id = $1", [id]);
}

async function withdrawTokens(staged: Sql, present: PresentAccess, warn: Warn): Promise<void> {
  const now = new Map(present.bots.map((bot) => [keyOf(bot), bot]));
  const rotated: string[] = [];
  const back: string[] = [];
  for (const bot of await staged.all<BotRow>(BOTS)) {
    const current = now.get(keyOf(bot));
    if (!current) back.push(bot.name);
    else if (current.hash !== bot.hash) {
      rotated.push(bot.name);
      const change = "UPDATE bot SET token_hash = $2, token_cipher = $3 WHERE id = $1";
      await staged.run(change, [bot.id, current.hash, current.cipher]);
    }
  }
  warn(rotated, "Bot tokens rotated since the backup stay as they are now");
  if (now.size > 0)
    warn(back, "Bots that were deleted since the backup are back with their tokens; rotate those that may have leaked");
}

/** Keeps the current admins as admins if the backup has no other active admin. */
async function keepAnAdmin(staged: Sql, present: PresentAccess, warnings: string[]): Promise<void> {
  const admins = await staged.all(`SELECT id FROM "user" WHERE role = 'admin' AND is_active = 1`);
  if (admins.length > 0 || present.users.length === 0) return;
  const now = new Map(present.users.filter((user) => user.role === "admin" && user.active).map((u) => [keyOf(u), u]));
  const kept: string[] = [];
  for (const user of await staged.all<UserRow>(USERS)) {
    if (!now.has(keyOf(user))) continue;
    await staged.run(`UPDATE "user" SET role = 'admin', is_active = 1 WHERE id = $1`, [user.id]);
    kept.push(user.username);
  }
  warnings.push(
    kept.length > 0
      ? `No admin of the backup may administer any more: ${listed(kept)} stays admin.`
      : "This backup has no active admin: restart the server, and it prints a setup link.",
  );
}

async function keepSession(staged: Sql, { session, users }: PresentAccess): Promise<boolean> {
  const owner = session && users.find((user) => user.id === session.user_id);
  if (!session || !owner) return false;
  const found = (await staged.all<UserRow>(`${USERS} WHERE id = $1`, [owner.id]))[0];
  if (!found?.active || keyOf(found) !== keyOf(owner)) return false;
  await staged.run(
    `INSERT INTO session (id, session_token, user_id, expires, created_at, last_seen_at, ip, user_agent)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      session.id,
      session.token,
      session.user_id,
      session.expires,
      session.created,
      session.seen,
      session.ip,
      session.agent,
    ],
  );
  return true;
}
