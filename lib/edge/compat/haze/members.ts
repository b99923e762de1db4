/** Profiles, roles to be mentioned by, and requests to play, as the app shows them over accounts and Discord. */
import type { App } from "@/lib/app";
import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { env } from "@/lib/core/env";
import { AppError } from "@/lib/core/errors";
import type { OptIns, Profile } from "@/lib/identity/accounts/contract.community";

const ROLE_OF = { changelog_opt_in: "changelog_role_id", meme_opt_in: "meme_role_id" } as const;
type OptIn = keyof typeof ROLE_OF;
type Member = NonNullable<Awaited<ReturnType<App["accounts"]["ownMember"]>>>;

/** Returns the opt-in roles that a member has, and when the member joined the guild. */
async function membershipOf({ config, guild }: App, discordId: string | undefined) {
  const [roles, member] = await Promise.all([config.section("roles"), discordId ? guild.member(discordId) : undefined]);
  const has = (name: OptIn) => roles[ROLE_OF[name]] !== null && member?.roles.includes(roles[ROLE_OF[name]]!) === true;
  const notifications: OptIns = { changelog_opt_in: has("changelog_opt_in"), meme_opt_in: has("meme_opt_in") };
  return { notifications, joined_at: member?.joined_at ?? null };
}

/** The level of a person, and the best rank of the linked Rocket League account, while the community is on. */
async function standingOf({ config, social, rankAccounts }: App, userId: number) {
  if (!(await config.has("social"))) return { rl_rank: null, xp: null };
  const [xp, rl_rank] = await Promise.all([social.xp.of(userId), rankAccounts.bestOf(userId)]);
  return { rl_rank, xp };
}

async function profileOf(app: App, who: Omit<Member, "discord_id"> & { discord_id?: string }): Promise<Profile> {
  const [{ notifications, joined_at }, { role_names }, standing] = await Promise.all([
    membershipOf(app, who.discord_id),
    app.config.section("general"),
    standingOf(app, who.user_id),
  ]);
  return {
    ...{
      discord_id: who.discord_id ?? "legacy_user",
      username: who.username,
      display_name: who.fullname || who.username,
    },
    ...{ avatar_url: who.avatar, role: who.role },
    role_name: role_names[who.role === "moderator" ? "mod" : who.role] || null,
    opt_in_roles: Object.entries(notifications).flatMap(([name, on]) => (on ? [name.replace("_opt_in", "")] : [])),
    ...{ joined_at, created_at: iso(who.created_at), notifications },
    ...{ ...standing, custom_stats: null, activity: null },
  };
}

/** `GET /api/user/profile`. Accounts without Discord have one, too. */
export async function ownProfileOf(app: App, actor: Actor): Promise<Profile> {
  const member = await app.accounts.ownMember(actor);
  if (member) return profileOf(app, member);
  if (actor.kind !== "user") throw new AppError("FORBIDDEN", "Only a person has a profile");
  const { user_id, username, fullname, role, created_at } = actor;
  return profileOf(app, { user_id, username, fullname, role, avatar: null, created_at: Date.parse(created_at) });
}

export const memberProfileOf = async (app: App, actor: Actor, discordId: string): Promise<Profile> =>
  profileOf(app, await app.accounts.memberNamed(actor, discordId));

/** @throws CONFLICT without a linked Discord account */
async function demandOwnDiscord({ accounts }: App, actor: Actor): Promise<Member> {
  const own = await accounts.ownMember(actor);
  if (!own) throw new AppError("CONFLICT", "Link your Discord account first");
  return own;
}

/** Gives or takes the roles of the choices that were sent. @throws CONFLICT the settings name no such role */
export async function chooseOptIns(app: App, actor: Actor, choices: Partial<OptIns>) {
  const { discord_id } = await demandOwnDiscord(app, actor);
  const roles = await app.config.section("roles");
  const wanted = (Object.entries(choices) as [OptIn, boolean][]).map(([name, on]) => ({
    id: roles[ROLE_OF[name]],
    name,
    on,
  }));
  // Roles that give rights, here or with bots, must not be handed out by a setting that looks harmless.
  const rights = [env.ADMIN_ROLE_ID, env.MODERATOR_ROLE_ID, roles.admin_role_id, roles.moderator_role_id];
  for (const { id, name } of wanted)
    if (id === null || rights.includes(id))
      throw new AppError(
        "CONFLICT",
        `This choice has no role on this server yet: an admin has to set ${ROLE_OF[name]} first`,
      );
  for (const { id, on } of wanted) await app.guild.setRole(discord_id, id!, on);
  const { notifications } = await membershipOf(app, discord_id);
  return { success: true as const, message: "Preferences saved", ...notifications };
}

export async function gamingMembersOf({ accounts, analytics }: App, actor: Actor) {
  const [members, present] = await Promise.all([accounts.discordMembers(actor), analytics.present()]);
  return {
    members: members.map(({ user_id, discord_id, username, fullname, avatar }) => ({
      ...{ id: discord_id, username, display_name: fullname || username, avatar_url: avatar },
      status: present.has(user_id) ? ("online" as const) : ("offline" as const),
      activity: null,
      using_app: present.get(user_id)?.onPhone === true,
    })),
  };
}

/** Asks in the gaming channel. @throws CONFLICT the settings name no such channel; NOT_FOUND nobody here has that id */
export async function askToPlay(
  app: App,
  actor: Actor,
  { target_user_id, game_name, message }: { target_user_id: string; game_name: string; message: string },
) {
  const own = await demandOwnDiscord(app, actor);
  const target = await app.accounts.memberNamed(actor, target_user_id);
  const { gaming_channel_id } = await app.config.section("channels");
  if (gaming_channel_id === null) throw new AppError("CONFLICT", "An admin has to set gaming_channel_id first");
  const text = `🎮 <@${own.discord_id}> asks <@${target.discord_id}> to play **${game_name}**${message && `\n> ${message.replaceAll("\n", "\n> ")}`}`;
  await app.guild.post(gaming_channel_id, text, { users: [target.discord_id] });
  if (actor.kind === "user") await app.social.xp.earn(actor, "game_request");
  return { success: true as const, message: `Asked ${target.username} to play ${game_name}` };
}
