/** Resolvers of the audit log, of keys and sessions, and of the administration of people. Each calls the service of its REST route. */
import type { App } from "@/lib/app";
import { asPerson, type Context, forStaff, operatingAsAdmin, owning } from "@/lib/edge/graphql/context";
import { checked, nodesOf, type PageArgs, paging } from "@/lib/edge/graphql/page";
import { updateUser } from "@/lib/identity/accounts/contract";
import { listUsers } from "@/lib/identity/accounts/contract.list";
import { endSessions, revokeSession } from "@/lib/identity/accounts/credentials/contract";
import { createApiKey, rotateApiKey } from "@/lib/identity/accounts/credentials/contract.keys";
import { listAudit } from "@/lib/identity/audit/contract";
import { createTeamKey, revokeTeamKey, rotateTeamKey } from "@/lib/identity/teams/contract.keys";

type Args = Record<string, unknown>;
type Id = { id: string };
type OfTeam = { teamId: string };

/** Arguments that are null count as not given, but here null means that the key never expires. */
const expiry = ({ expiresInDays }: Args) => (expiresInDays === null ? { expires_in_days: null } : {});

const query = ({ accounts, auditLog }: App) => ({
  async auditLog(_: unknown, { first, after, ...args }: PageArgs & Args, { actor }: Context) {
    const asked = checked(listAudit.query, { ...args, ...paging({ first, after }) });
    const { entries, next_cursor } = await auditLog.list(asPerson(actor), asked);
    return nodesOf(entries, next_cursor);
  },
  async apiKeys(_: unknown, __: unknown, { actor }: Context) {
    return (await accounts.listKeys(asPerson(actor))).keys;
  },
  async sessions(_: unknown, __: unknown, { actor }: Context) {
    return (await accounts.listSessions(asPerson(actor))).sessions;
  },
  users: forStaff(async (_, { first, after, ...args }: PageArgs & Args, { actor }) => {
    const asked = checked(listUsers.query, { ...args, ...paging({ first, after }) });
    const page = await accounts.list(actor, asked);
    return nodesOf(page.users, "next_cursor" in page ? page.next_cursor : null);
  }),
});

const ofKeys = ({ accounts, teamKeys }: App) => ({
  createApiKey: owning(async (_, args: Args, { actor }) => {
    const input = { ...checked(createApiKey.body, args), ...expiry(args) };
    return { success: true, ...(await accounts.createKey(actor, input)) };
  }),
  rotateApiKey: owning(async (_, { id, ...args }: Id & Args, { actor }) => {
    const { key_id } = checked(rotateApiKey.params, { keyId: id });
    const { old_secret_until } = checked(rotateApiKey.body, args);
    return { success: true, ...(await accounts.rotateKey(actor, key_id, old_secret_until)) };
  }),
  revokeApiKey: owning(async (_, { id }: Id, { actor }) => {
    await accounts.revokeKey(actor, checked(rotateApiKey.params, { keyId: id }).key_id);
    return { success: true, message: "API key revoked" };
  }),
  createTeamKey: owning(async (_, { teamId, ...args }: OfTeam & Args, { actor }) => {
    const { team_id } = checked(createTeamKey.params, { teamId });
    const input = { ...checked(createTeamKey.body, args), ...expiry(args) };
    return { success: true, ...(await teamKeys.create(actor, team_id, input)) };
  }),
  rotateTeamKey: owning(async (_, { teamId, id, ...args }: OfTeam & Id & Args, { actor }) => {
    const { team_id, key_id } = checked(rotateTeamKey.params, { teamId, keyId: id });
    const { old_secret_until } = checked(rotateTeamKey.body, args);
    return { success: true, ...(await teamKeys.rotate(actor, team_id, key_id, old_secret_until)) };
  }),
  revokeTeamKey: owning(async (_, { teamId, id }: OfTeam & Id, { actor }) => {
    const { team_id, key_id } = checked(revokeTeamKey.params, { teamId, keyId: id });
    await teamKeys.revoke(actor, team_id, key_id);
    return { success: true, message: "Service key revoked" };
  }),
});

const ofPeople = ({ accounts }: App) => ({
  revokeSession: owning(async (_, { id }: Id, { actor }) => {
    await accounts.revokeSession(actor, checked(revokeSession.params, { sessionId: id }).session_id);
    return { success: true, message: "Session ended" };
  }),
  endSessions: owning(async (_, { keepCurrent }: { keepCurrent?: boolean | null }, { actor }) => {
    const asked = checked(endSessions.query, { keepCurrent: keepCurrent ? "true" : undefined });
    return { success: true, ended: await accounts.endSessions(actor, asked) };
  }),
  updateUser: operatingAsAdmin(async (_, { id, ...args }: Id & Args, { actor }) => {
    const { user_id } = checked(updateUser.params, { userId: id });
    const { version, ...change } = checked(updateUser.body, args);
    return { success: true, user: await accounts.updateUser(actor, user_id, change, version) };
  }),
});

export const peopleAdmin = (app: App) => ({
  query: query(app),
  mutation: { ...ofKeys(app), ...ofPeople(app) },
});
