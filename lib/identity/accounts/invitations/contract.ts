/** Contract of invitations: an admin lets somebody create an account, whether sign-up is open or not ("muster"). */
import { z } from "zod";
import { Cursor, type Operation, Success, Time, WholeNumber } from "@/lib/core/contract";
import { login } from "@/lib/identity/accounts/contract";
import { Delivery, Email, Fullname, Password, Role, Username } from "@/lib/identity/accounts/contract.shapes";
import { RoleOfTeam, TeamId } from "@/lib/identity/teams/contract";
import { INVITED_A_DAY_MAX, TEAM_OPEN_MAX } from "./contract.constants";

/** An invitation works for at most this many days. */
const DAYS_MAX = 30;

export const Invitation = z
  .object({
    id: z.number().int(),
    email: z.string().nullable().meta({ description: "the only address that the account may have; null: any" }),
    role: Role,
    state: z.enum(["open", "accepted", "expired"]),
    created_at: Time,
    created_by: z
      .string()
      .meta({ description: "username of the person who invites: an admin, or an owner of the team" }),
    expires_at: Time,
    accepted_at: Time.nullable(),
    accepted_by: z.string().nullable().meta({ description: "username of the account; null when it is deleted" }),
    team: z
      .object({ id: z.number().int(), name: z.string() })
      .nullable()
      .meta({ description: "the team that the person joins; null for an invitation to the server alone" }),
    team_role: RoleOfTeam.nullable().meta({ description: "the role in that team" }),
  })
  .meta({ id: "Invitation" });
export type Invitation = z.infer<typeof Invitation>;

const TeamParams = z.object({ team_id: TeamId });
const List = { limit: WholeNumber(50, 200), cursor: Cursor };
const Page = z.object({
  invitations: z.array(Invitation),
  count: z.number().int(),
  next_cursor: z.string().nullable(),
});
/** For whom an invitation is, how long it lasts, and how its link is delivered. */
const Addressed = z.object({
  email: Email.optional(),
  expires_in_days: z.number().int().min(1).max(DAYS_MAX).default(7),
  delivery: Delivery.default("link"),
});
const isDeliverable = ({ email, delivery }: z.output<typeof Addressed>) => delivery === "link" || email !== undefined;
const NO_ADDRESS = { path: ["email"], error: "is required to send the invitation by mail" };
const Made = Success.extend({
  invitation: Invitation,
  link: z.string().nullable().meta({ description: "null when it was mailed" }),
});

export const listInvitations = {
  id: "listInvitations",
  method: "GET",
  path: "/api/invitations",
  summary: "List invitations, newest first",
  document: "muster",
  description: "Includes the invitations to teams.",
  query: z.object(List),
  response: Page,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const createInvitation = {
  id: "createInvitation",
  method: "POST",
  path: "/api/invitations",
  proof: "fresh",
  summary: "Invite somebody to create an account",
  description:
    "The link works once, and only while the admin who made it is one. `mail` sends it to `email`, which it proves; `link` returns it, once, in this response.",
  document: "muster",
  body: Addressed.extend({ role: Role.default("user") }).refine(isDeliverable, NO_ADDRESS),
  response: Made,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

const InvitationParams = z.object({ invitation_id: z.string().max(16) });

export const revokeInvitation = {
  id: "revokeInvitation",
  method: "DELETE",
  path: "/api/invitations/{invitation_id}",
  summary: "Revoke an invitation",
  document: "muster",
  params: InvitationParams,
  response: Success,
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const listTeamInvitations = {
  id: "listTeamInvitations",
  method: "GET",
  path: "/api/teams/{team_id}/invitations",
  summary: "List the invitations to a team, newest first",
  description: "For owners of the team.",
  document: "muster",
  params: TeamParams,
  query: z.object(List),
  response: Page,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

export const createTeamInvitation = {
  id: "createTeamInvitation",
  method: "POST",
  path: "/api/teams/{team_id}/invitations",
  proof: "fresh",
  summary: "Invite somebody to a team",
  description: `The link works once, and only while the person who made it owns the team or is an admin. Whoever opens it joins with an account they have, or creates one, whether sign-up is open or not. A team has at most ${TEAM_OPEN_MAX} open invitations, and a person invites at most ${INVITED_A_DAY_MAX} times a day.`,
  document: "muster",
  params: TeamParams,
  body: Addressed.extend({ role: RoleOfTeam }).refine(isDeliverable, NO_ADDRESS),
  response: Made,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "RATE_LIMITED"],
  example: { body: { email: "ada@example.org", role: "operator", delivery: "mail" } },
} as const satisfies Operation;

export const revokeTeamInvitation = {
  id: "revokeTeamInvitation",
  method: "DELETE",
  path: "/api/teams/{team_id}/invitations/{invitation_id}",
  summary: "Revoke an invitation to a team",
  description: "It is listed as expired from then on.",
  document: "muster",
  params: TeamParams.extend(InvitationParams.shape),
  response: Success,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
} as const satisfies Operation;

const Token = z.string().trim().min(1).max(256);

export const getInvitation = {
  id: "getInvitation",
  method: "POST",
  path: "/api/auth/invitations/look-up",
  summary: "Get what an invitation is for, by its token",
  document: "muster",
  body: z.object({ token: Token }),
  response: Invitation.pick({
    ...{ email: true, role: true, created_by: true, expires_at: true, team: true, team_role: true },
  }),
  errors: ["INVALID_INPUT", "RATE_LIMITED"],
} as const satisfies Operation;

export const acceptInvitation = {
  id: "acceptInvitation",
  method: "POST",
  path: "/api/auth/invitations/accept",
  summary: "Create the account that an invitation is for, and sign in",
  description: "With an invitation to a team, the account becomes a member of it.",
  document: "muster",
  body: z.object({
    token: Token,
    username: Username,
    email: Email.optional().meta({ description: "required unless the invitation names the address" }),
    password: Password,
    fullname: Fullname.default(""),
  }),
  response: login.response,
  errors: ["INVALID_INPUT", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;

export const joinTeam = {
  id: "joinTeam",
  method: "POST",
  path: "/api/auth/invitations/join",
  summary: "Join the team that an invitation is for, with your account",
  document: "muster",
  body: z.object({ token: Token }),
  response: Success.extend({ team_id: z.number().int(), role: RoleOfTeam }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT", "RATE_LIMITED"],
} as const satisfies Operation;
