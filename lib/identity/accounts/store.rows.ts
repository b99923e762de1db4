/** A user's row, and the forms in which replies show it. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import type { Role, PublicUser as Shown, UserProfile, UserRow } from "./contract";

/** The columns that this room reads of a user. */
export const USER = [
  ...([
    "id",
    "username",
    "email",
    "password_hash",
    "fullname",
    "phone",
    "birthday",
    "gender",
    "time_zone",
    "clock",
  ] as const),
  ...(["role", "is_active", "version", "created_at", "last_login", "email_verified"] as const),
] as const;
type StoredUser = Pick<Row<"user">, (typeof USER)[number]>;
export type UserRecord = Omit<StoredUser, "role"> & { role: Role };

export type NewUser = Pick<UserRecord, "username" | "email" | "password_hash" | "fullname" | "role" | "created_at"> & {
  email_verified?: number;
  /** 1 for a password of the environment that is weaker than people may choose. */
  weak_password?: 1;
};

/** Thrown when a username or email address is taken already. */
export class Taken extends Error {
  constructor(readonly field: "username" | "email") {
    super(`${field} is taken`);
  }
}

/** Rows carry the role as text; anything unknown has the rights of a plain user. */
const roleOf = (text: string): Role => (text === "admin" || text === "moderator" ? text : "user");
/** Takes a user's columns from a row that may have others beside them. */
export const toRecord = ({ role, ...row }: StoredUser): UserRecord => ({ ...row, role: roleOf(role) });

export const toPublicUser = (user: UserRecord): Shown => ({
  id: user.id,
  username: user.username,
  email: user.email,
  fullname: user.fullname,
  role: user.role,
});

export const toProfile = (user: UserRecord): UserProfile => ({
  ...toPublicUser(user),
  created_at: iso(user.created_at),
  phone: user.phone,
  birthday: user.birthday,
  gender: user.gender,
  time_zone: user.time_zone,
  clock: user.clock === "12h" || user.clock === "24h" ? user.clock : null,
  last_login: isoOrNull(user.last_login),
  is_active: user.is_active === 1,
  version: user.version,
  email_verified: user.email_verified !== null,
});

export const toUserRow = (user: UserRecord, botCount: number): UserRow => ({
  ...toPublicUser(user),
  created_at: iso(user.created_at),
  is_active: user.is_active === 1,
  last_login: isoOrNull(user.last_login),
  bot_count: botCount,
});
