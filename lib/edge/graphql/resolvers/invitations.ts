/** Resolvers of invitations to teams. Each calls the service of the REST route of that name. */
import type { App } from "@/lib/app";
import { type Context, owning } from "@/lib/edge/graphql/context";
import { checked, nodesOf, type PageArgs, paging } from "@/lib/edge/graphql/page";
import {
  createTeamInvitation,
  listTeamInvitations,
  revokeTeamInvitation,
} from "@/lib/identity/accounts/invitations/contract";

type OfTeam = { teamId: string };
const teamId = (args: OfTeam): number => checked(createTeamInvitation.params, args).team_id;

const query = ({ accounts }: App) => ({
  async teamInvitations(_: unknown, { teamId: id, ...args }: PageArgs & OfTeam, { actor }: Context) {
    const asked = checked(listTeamInvitations.query, paging(args));
    const { invitations, next_cursor } = await accounts.listTeamInvitations(actor, teamId({ teamId: id }), asked);
    return nodesOf(invitations, next_cursor);
  },
});

const mutation = ({ accounts }: App) => ({
  createTeamInvitation: owning(async (_, { teamId: id, ...args }: OfTeam & Record<string, unknown>, { actor }) => ({
    success: true,
    ...(await accounts.createTeamInvitation(actor, teamId({ teamId: id }), checked(createTeamInvitation.body, args))),
  })),
  revokeTeamInvitation: owning(async (_, { teamId: of, id }: OfTeam & { id: string }, { actor }) => {
    const { team_id, invitation_id } = checked(revokeTeamInvitation.params, { teamId: of, invitationId: id });
    await accounts.revokeTeamInvitation(actor, team_id, invitation_id);
    return { success: true, message: "Invitation revoked" };
  }),
});

export const inviting = (app: App) => ({ query: query(app), mutation: mutation(app) });
