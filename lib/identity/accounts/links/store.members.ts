/** Reads people who came by Discord. */
import { query } from "@/lib/core/db";
import type { Role } from "@/lib/identity/accounts/contract";

export type DiscordMember = {
  user_id: number;
  discord_id: string;
  username: string;
  fullname: string;
  role: Role;
  avatar: string | null;
  created_at: number;
};

const members = () =>
  query()
    .selectFrom("account")
    .innerJoin("user", "user.id", "account.user_id")
    .select(["account.provider_account_id as discord_id", "account.avatar"])
    .select(["user.id as user_id", "user.username", "user.fullname", "user.role", "user.created_at"])
    .where("account.provider", "=", "discord")
    .where("user.is_active", "=", 1)
    .$castTo<DiscordMember>();

export const createMemberStore = () => ({
  findByDiscord: (id: string): Promise<DiscordMember | undefined> =>
    members().where("account.provider_account_id", "=", id).executeTakeFirst(),
  findByUser: (id: number): Promise<DiscordMember | undefined> =>
    members().where("user.id", "=", id).executeTakeFirst(),
  list: (limit: number): Promise<DiscordMember[]> => members().orderBy("user.username").limit(limit).execute(),
});
export type MemberStore = ReturnType<typeof createMemberStore>;
