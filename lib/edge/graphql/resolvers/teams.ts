/** Resolvers of teams and of grants. Each calls the service of the REST route of that name. */
import type { App } from "@/lib/app";
import { type Context, owning } from "@/lib/edge/graphql/context";
import { checked, nodesOf, numbered, type PageArgs, paging } from "@/lib/edge/graphql/page";
import { transferBot } from "@/lib/fleet/bots/contract.transfer";
import {
  addTeamMember,
  changeTeamMember,
  createTeam,
  getTeam,
  listTeamMembers,
  listTeams,
  transferTeam,
  updateTeam,
} from "@/lib/identity/teams/contract";
import { changeBotGrant, createBotGrant, endBotGrant, listBotGrants } from "@/lib/identity/teams/contract.grants";
import { listTeamKeys } from "@/lib/identity/teams/contract.keys";
import { changeTagGrant, createTagGrant, endTagGrant, listTagGrants } from "@/lib/identity/teams/contract.tag-grants";

type Args = Record<string, unknown>;
type Id = { id: string };

type OfTeam = { teamId: string };
type OfBot = { botId: string };
const teamId = (id: string): number => checked(getTeam.params, { teamId: id }).team_id;

const memberOf = (args: OfTeam & { userId: string }) => checked(changeTeamMember.params, args);
const grantOf = ({ botId, id }: OfBot & Id) => checked(endBotGrant.params, { botId, grantId: id });

const query = ({ teams, grants, tagGrants, teamKeys }: App) => ({
  async teams(_: unknown, { all, ...args }: PageArgs & { all?: boolean | null }, { actor }: Context) {
    const asked = checked(listTeams.query, { ...paging(args), all: all ? "true" : undefined });
    const page = await teams.page(actor, { ...asked, all: asked.all === "true" });
    return nodesOf(page.teams, page.next_cursor);
  },
  team: (_: unknown, { id }: Id, { actor }: Context) => teams.get(actor, teamId(id)),
  async teamMembers(_: unknown, { teamId: id, ...args }: PageArgs & OfTeam, { actor }: Context) {
    const page = await teams.members(actor, teamId(id), checked(listTeamMembers.query, paging(args)));
    return nodesOf(page.members, page.next_cursor);
  },
  async teamKeys(_: unknown, { teamId: id, ...args }: PageArgs & OfTeam, { actor }: Context) {
    const page = await teamKeys.list(actor, teamId(id), checked(listTeamKeys.query, paging(args)));
    return nodesOf(page.keys, page.next_cursor);
  },
  async tagGrants(_: unknown, { teamId: id, ...args }: PageArgs & OfTeam, { actor }: Context) {
    const page = await tagGrants.list(actor, teamId(id), checked(listTagGrants.query, paging(args)));
    return nodesOf(page.grants, page.next_cursor);
  },
  async botGrants(_: unknown, { botId, ...args }: PageArgs & OfBot, { actor }: Context) {
    const page = await grants.list(actor, botId, checked(listBotGrants.query, paging(args)));
    return nodesOf(page.grants, page.next_cursor);
  },
});

const mutation = ({ teams }: App) => ({
  createTeam: owning(async (_, args: Args, { actor }) => ({
    ...{ success: true, team: await teams.create(actor, checked(createTeam.body, args).name) },
  })),
  updateTeam: owning(async (_, { id, ...args }: Id & Args, { actor }) => {
    const { name, version } = checked(updateTeam.body, args);
    await teams.rename(actor, teamId(id), name, version);
    return { success: true, team: await teams.get(actor, teamId(id)) };
  }),
  deleteTeam: owning(async (_, { id }: Id, { actor }) => {
    await teams.remove(actor, teamId(id));
    return { success: true, message: "Team deleted" };
  }),
  transferTeam: owning(async (_, { id, ...args }: Id & Args, { actor }) => {
    await teams.transfer(actor, teamId(id), checked(transferTeam.body, numbered(args)));
    return { success: true, message: "Team transferred" };
  }),
  addTeamMember: owning(async (_, { teamId: id, ...args }: OfTeam & Args, { actor }) => {
    await teams.addMember(actor, teamId(id), checked(addTeamMember.body, numbered(args)));
    return { success: true, team: await teams.get(actor, teamId(id)) };
  }),
  changeTeamMember: owning(async (_, { role, ...args }: OfTeam & { userId: string; role: string }, { actor }) => {
    const { team_id, user_id } = memberOf(args);
    await teams.setRole(actor, team_id, user_id, checked(changeTeamMember.body, { role }).role);
    return { success: true, team: await teams.get(actor, team_id) };
  }),
  removeTeamMember: owning(async (_, args: OfTeam & { userId: string }, { actor }) => {
    const { team_id, user_id } = memberOf(args);
    await teams.removeMember(actor, team_id, user_id);
    return { success: true, message: "Member removed" };
  }),
});

/** Grants on single bots, and their move to another team. */
const ofBots = ({ grants, bots }: App) => ({
  createBotGrant: owning(async (_, { botId, ...args }: OfBot & Args, { actor }) => {
    const { bot_id } = checked(createBotGrant.params, { botId });
    return { success: true, grant: await grants.add(actor, bot_id, checked(createBotGrant.body, numbered(args))) };
  }),
  changeBotGrant: owning(async (_, { botId, id, ...args }: OfBot & Id & Args, { actor }) => {
    const { bot_id, grant_id } = grantOf({ botId, id });
    // Arguments that are null count as not given, but here null means that the grant has no end.
    const end = args.endsAt === null ? { ends_at: null } : {};
    const change = { ...checked(changeBotGrant.body, args), ...end };
    return { success: true, grant: await grants.change(actor, bot_id, grant_id, change) };
  }),
  endBotGrant: owning(async (_, args: OfBot & Id, { actor }) => {
    const { bot_id, grant_id } = grantOf(args);
    await grants.end(actor, bot_id, grant_id);
    return { success: true, message: "Grant ended" };
  }),
  transferBot: owning(async (_, { botId, ...args }: OfBot & Args, { actor }) => {
    const { bot_id } = checked(transferBot.params, { botId });
    return { success: true, bot: await bots.transfer(actor, bot_id, checked(transferBot.body, numbered(args))) };
  }),
});

/** Grants of the tags of a team's bots. */
const ofTags = ({ tagGrants }: App) => ({
  createTagGrant: owning(async (_, { teamId: id, userId, withTeamId, ...args }: OfTeam & Args, { actor }) => {
    const sharedWith = numbered({ userId, teamId: withTeamId });
    const grant = await tagGrants.add(actor, teamId(id), checked(createTagGrant.body, { ...args, ...sharedWith }));
    return { success: true, grant };
  }),
  changeTagGrant: owning(async (_, { teamId: team, id, ...args }: OfTeam & Id & Args, { actor }) => {
    const { team_id, grant_id } = checked(endTagGrant.params, { teamId: team, grantId: id });
    // Arguments that are null count as not given, but here null means that the grant has no end.
    const end = args.endsAt === null ? { ends_at: null } : {};
    const change = { ...checked(changeTagGrant.body, args), ...end };
    return { success: true, grant: await tagGrants.change(actor, team_id, grant_id, change) };
  }),
  endTagGrant: owning(async (_, { teamId: team, id }: OfTeam & Id, { actor }) => {
    const { team_id, grant_id } = checked(endTagGrant.params, { teamId: team, grantId: id });
    await tagGrants.end(actor, team_id, grant_id);
    return { success: true, message: "Grant ended" };
  }),
});

export const teamwork = (app: App) => ({
  query: query(app),
  mutation: { ...mutation(app), ...ofBots(app), ...ofTags(app) },
});
