/** Invitations to teams: by accounts that exist, by new ones, and their end. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { UserActor } from "@/lib/core/actor";
import type { TeamRole } from "@/lib/core/contract.roles";
import { CLIENT, openWorld, PASSWORD, type World } from "@/tests/accounts";
import { databases } from "@/tests/db/databases";
import { acceptInvitation, createTeamInvitation, joinTeam, listTeamInvitations } from "./contract";
import { INVITED_A_DAY_MAX, TEAM_OPEN_MAX } from "./contract.constants";

const DAY = 86_400_000;
const TEAM = 1_500_000_000;
const PERSON = { username: "ada", email: "ada@example.org", password: PASSWORD };
const isOver = { code: "INVALID_INPUT", details: { field: "token" } };

describe.each(databases)("invitations to teams on $provider", (database) => {
  let world: World;
  let owner: Awaited<ReturnType<World["someone"]>>;
  beforeAll(async () => {
    world = await openWorld(database);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    await world.clean();
    await world.run("DELETE FROM team");
    owner = await world.someone();
    await world.run(
      `INSERT INTO team (id, name, owner_id, created_at) VALUES (${TEAM}, 'Night shift', ${owner.id}, 1)`,
    );
    await member(owner.id, "owner");
  });

  const member = (id: number, role: TeamRole) =>
    world.run(`INSERT INTO team_member (team_id, user_id, role, added_at) VALUES (${TEAM}, ${id}, '${role}', 1)`);
  const as = (actor: UserActor, role: TeamRole): UserActor => ({
    ...actor,
    rights: { teams: new Map([[TEAM, role]]), bots: new Map() },
  });
  async function invite(over: object = {}, by = as(owner.actor, "owner")) {
    const body = createTeamInvitation.body.parse({ role: "operator", ...over });
    const made = await world.invitations.createTeamInvitation(by, TEAM, body);
    expect(() => createTeamInvitation.response.parse({ success: true, ...made })).not.toThrow();
    const link = made.link ?? /https:\S+/.exec(world.mails.at(-1)!.text)![0];
    return { ...made, token: decodeURIComponent(new URL(link).searchParams.get("token")!) };
  }
  const accept = (token: string, over: object = {}) =>
    world.invitations.acceptInvitation(acceptInvitation.body.parse({ token, ...PERSON, ...over }), CLIENT);
  const members = () =>
    world.database.all(
      `SELECT u.username, m.role FROM team_member m JOIN "user" u ON u.id = m.user_id WHERE m.role <> 'owner'`,
    );

  it("make an account a member with the role of the invitation, once", async () => {
    const { token, invitation } = await invite();
    expect(await world.invitations.lookUpInvitation(token)).toEqual({
      ...{ email: null, role: "user", created_by: owner.username, expires_at: invitation.expires_at },
      ...{ team: { id: TEAM, name: "Night shift" }, team_role: "operator" },
    });
    const guest = await world.someone();
    const joined = await world.invitations.joinTeam(guest.actor, token);
    expect(joinTeam.response.parse({ success: true, ...joined })).toMatchObject({ team_id: TEAM, role: "operator" });
    expect(await members()).toEqual([{ username: guest.username, role: "operator" }]);
    expect(world.facts).toContainEqual(["rights.changed", { user_ids: [guest.id] }]);
    await expect(world.invitations.joinTeam((await world.someone()).actor, token)).rejects.toMatchObject(isOver);
    const query = { limit: 5, cursor: "9".repeat(16) };
    const list = await world.invitations.listTeamInvitations(as(owner.actor, "owner"), TEAM, query);
    expect(listTeamInvitations.response.parse(list).invitations).toMatchObject([
      { state: "accepted", accepted_by: guest.username, team: { name: "Night shift" }, team_role: "operator" },
    ]);
  });

  it("create a plain account that is a member, with sign-up closed too", async () => {
    const { token } = await invite({ role: "viewer", email: "ada@example.org", delivery: "mail" });
    expect(world.mails.at(-1)).toMatchObject({
      ...{ to: "ada@example.org", text: expect.stringContaining('join the team "Night shift"') },
    });
    const { reply } = await accept(token);
    expect(reply).toMatchObject({ role: "user", user: { username: "ada" } });
    expect(await members()).toEqual([{ username: "ada", role: "viewer" }]);
    await expect(accept(token, { username: "eve", email: "eve@example.org" })).rejects.toMatchObject(isOver);
  });

  it("have one winner when an account and a new one use a link at once", async () => {
    const { token } = await invite();
    const guest = await world.someone();
    const results = await Promise.allSettled([world.invitations.joinTeam(guest.actor, token), accept(token)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await members()).toHaveLength(1);
  });

  it("for an address are refused to accounts with another one, and stay open", async () => {
    const guest = await world.someone();
    const { token } = await invite({ email: guest.email.toUpperCase() });
    const other = world.invitations.joinTeam((await world.someone()).actor, token);
    await expect(other).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(world.invitations.joinTeam(guest.actor, token)).resolves.toMatchObject({ role: "operator" });
  });

  it("stay open when a member opens the link", async () => {
    const { token } = await invite();
    await expect(world.invitations.joinTeam(owner.actor, token)).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(accept(token)).resolves.toBeTruthy();
  });

  it("do not tell whether an address has an account", async () => {
    const guest = await world.someone();
    const known = await invite({ email: guest.email, delivery: "mail" });
    const unknown = await invite({ email: "new@example.org", delivery: "mail" });
    const shape = ({ link, invitation }: typeof known) => ({ link, ...invitation, id: 0, email: "" });
    expect(shape(known)).toEqual(shape(unknown));
  });

  it("end by time, by being revoked, with the team, and when the inviter owns it no more", async () => {
    const late = await invite({ expires_in_days: 1 });
    world.clock.at += DAY;
    await expect(accept(late.token)).rejects.toMatchObject(isOver);

    const revoked = await invite();
    const by = as(owner.actor, "owner");
    await world.invitations.revokeTeamInvitation(by, TEAM, String(revoked.invitation.id));
    await expect(accept(revoked.token)).rejects.toMatchObject(isOver);
    const again = world.invitations.revokeTeamInvitation(by, TEAM, String(revoked.invitation.id));
    await expect(again).rejects.toMatchObject({ code: "NOT_FOUND" });

    const guest = await world.someone();
    const former = await invite();
    await world.run(`UPDATE team_member SET role = 'maintainer' WHERE user_id = ${owner.id}`);
    await expect(world.invitations.lookUpInvitation(former.token)).rejects.toMatchObject(isOver);
    await expect(world.invitations.joinTeam(guest.actor, former.token)).rejects.toMatchObject(isOver);
    await expect(accept(former.token)).rejects.toMatchObject(isOver);
    expect(await world.users.findByLogin(PERSON.username)).toBeNull();

    await world.run(`DELETE FROM team WHERE id = ${TEAM}`);
    expect(await world.database.all("SELECT id FROM invitation")).toEqual([]);
  });

  it.each(["viewer", "operator", "maintainer"] as const)("are closed to a %s", async (role) => {
    const { actor, id } = await world.someone();
    await member(id, role);
    for (const call of [
      invite({}, as(actor, role)),
      world.invitations.listTeamInvitations(as(actor, role), TEAM, { limit: 1 }),
      world.invitations.revokeTeamInvitation(as(actor, role), TEAM, "1"),
    ])
      await expect(call).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(invite({}, actor)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("are bounded for a team and for a person, and revoking makes room in the team alone", async () => {
    const by = as(owner.actor, "owner");
    const ids: number[] = [];
    for (let count = 0; count < TEAM_OPEN_MAX; count++) ids.push((await invite()).invitation.id);
    await expect(invite()).rejects.toMatchObject({ code: "CONFLICT" });
    for (const id of ids) await world.invitations.revokeTeamInvitation(by, TEAM, String(id));
    for (let count = TEAM_OPEN_MAX; count < INVITED_A_DAY_MAX; count++)
      await world.invitations.revokeTeamInvitation(by, TEAM, String((await invite()).invitation.id));
    await expect(invite()).rejects.toMatchObject({ code: "RATE_LIMITED" });
    world.clock.at += DAY + 1;
    await expect(invite()).resolves.toBeTruthy();
  });

  it("are in the list of admins, who also make and revoke them", async () => {
    const admin = await world.someone("admin");
    await invite();
    const made = await invite({}, admin.actor);
    const all = await world.invitations.listInvitations(admin.actor, { limit: 5 });
    expect(all.invitations.map(({ team }) => team?.name)).toEqual(["Night shift", "Night shift"]);
    await world.invitations.revokeInvitation(admin.actor, String(made.invitation.id));
    await expect(accept(made.token)).rejects.toMatchObject(isOver);
  });
});
