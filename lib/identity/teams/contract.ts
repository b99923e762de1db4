/** Contract of teams: who works together, with which role, and single bots that are shared beside that. All our own ("muster"). */
import { z } from "zod";
import { EditedVersion, Name, type Operation, Success, Time, Version, WholeNumber } from "@/lib/core/contract";
import { TEAM_ROLES } from "@/lib/core/contract.roles";
import { TEAMS_MAX } from "./contract.constants";

/** The largest number of an account or a team. */
const ID_MAX = 2 ** 31 - 1;
const LIST_MAX = 100;
const NO_TEAM = "must be the number of a team";

export const RoleOfTeam = z.enum(TEAM_ROLES).meta({
  description:
    "viewer: sees bots. operator: also sends commands. maintainer: also changes settings, tokens and schedules. owner: also changes members, deletes and transfers.",
});
export const TeamName = Name(80).meta({ example: "Night shift" });

export const Team = z
  .object({
    id: z.number().int(),
    name: z.string(),
    personal: z.boolean().meta({ description: "The team that every person has, with no other member." }),
    role: RoleOfTeam.meta({ description: "Your role in it." }),
    owner_id: z.number().int().meta({ description: "The first owner." }),
    owner_name: z.string().nullable(),
    members: z.number().int(),
    version: Version,
    created_at: Time.nullable().meta({ description: "Null for a personal team." }),
  })
  .meta({ id: "Team" });
export type Team = z.infer<typeof Team>;

export const TeamMember = z
  .object({
    user_id: z.number().int(),
    username: z.string(),
    fullname: z.string(),
    role: RoleOfTeam,
    added_at: Time,
  })
  .meta({ id: "TeamMember" });
export type TeamMember = z.infer<typeof TeamMember>;

/** The number of a team in an address. Larger ones than the databases know could not even be looked up. */
export const TeamId = z
  .string()
  .regex(/^\d{1,10}$/, { error: NO_TEAM })
  .transform(Number)
  .refine((id) => id <= ID_MAX, { error: NO_TEAM });
const UserId = z
  .string()
  .regex(/^\d{1,9}$/, { error: "must be the number of an account" })
  .transform(Number);
/** The id of a person or a team in a body. Both share one range: a personal team has its person's id. */
export const AccountId = z.number().int().min(1).max(ID_MAX);
export const TeamParams = z.object({ team_id: TeamId });
const MemberParams = TeamParams.extend({ user_id: UserId });
const Person = z.object({
  user_id: AccountId.optional(),
  username: Name(64).optional().meta({ description: "In place of user_id." }),
});
const isNamed = ({ user_id, username }: { user_id?: number; username?: string }) =>
  (user_id === undefined) !== (username === undefined);
const NAMED = { error: "name the person by user_id or by username", path: ["username"] };
/** The query of a list whose cursors have this form. */
export const listQuery = (form: RegExp) => ({
  limit: WholeNumber(LIST_MAX, LIST_MAX),
  cursor: z.string().regex(form, { error: "is not a cursor of this list" }).optional(),
});
const List = listQuery(/^\d{1,16}-\d{1,10}$/);
const next_cursor = z.string().nullable();

const READ = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const CHANGE = [...READ, "CONFLICT"] as const;
const OURS = { document: "muster" } as const;

export const listTeams = {
  ...OURS,
  id: "listTeams",
  method: "GET",
  path: "/api/teams",
  summary: "List your teams, the personal one first",
  query: z.object({
    ...List,
    all: z
      .enum(["true", "false"])
      .optional()
      .meta({ description: "true: every team but the personal ones, for staff." }),
  }),
  response: z.object({ teams: z.array(Team), count: z.number().int(), next_cursor }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const createTeam = {
  ...OURS,
  id: "createTeam",
  method: "POST",
  path: "/api/teams",
  summary: "Create a team that you own",
  description: `A person can be in at most ${TEAMS_MAX} teams.`,
  body: z.object({ name: TeamName }),
  response: Success.extend({ team: Team }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
} as const satisfies Operation;

export const getTeam = {
  ...OURS,
  id: "getTeam",
  method: "GET",
  path: "/api/teams/{team_id}",
  summary: "Get a team",
  params: TeamParams,
  response: z.object({ team: Team }),
  etag: "team.version",
  errors: READ,
} as const satisfies Operation;

export const updateTeam = {
  ...OURS,
  id: "updateTeam",
  method: "PUT",
  path: "/api/teams/{team_id}",
  summary: "Rename a team",
  params: TeamParams,
  body: z.object({ name: TeamName, version: EditedVersion.optional() }),
  response: Success.extend({ version: Version }),
  update: "closed",
  etag: "version",
  errors: CHANGE,
} as const satisfies Operation;

export const deleteTeam = {
  ...OURS,
  id: "deleteTeam",
  method: "DELETE",
  path: "/api/teams/{team_id}",
  summary: "Delete a team that owns no bots",
  proof: "fresh",
  params: TeamParams,
  response: Success,
  errors: CHANGE,
} as const satisfies Operation;

export const transferTeam = {
  ...OURS,
  id: "transferTeam",
  method: "POST",
  path: "/api/teams/{team_id}/transfer",
  summary: "Make somebody else the first owner of a team",
  proof: "fresh",
  description: "The new owner becomes a member if need be. The owner before stays as a maintainer.",
  params: TeamParams,
  body: Person.refine(isNamed, NAMED),
  response: Success,
  errors: CHANGE,
  example: { body: { username: "ada" } },
} as const satisfies Operation;

export const listTeamMembers = {
  ...OURS,
  id: "listTeamMembers",
  method: "GET",
  path: "/api/teams/{team_id}/members",
  summary: "List the members of a team, in the order in which they came",
  params: TeamParams,
  query: z.object(List),
  response: z.object({ members: z.array(TeamMember), count: z.number().int(), next_cursor }),
  errors: READ,
} as const satisfies Operation;

export const addTeamMember = {
  ...OURS,
  id: "addTeamMember",
  method: "POST",
  path: "/api/teams/{team_id}/members",
  summary: "Add a person to a team",
  proof: "fresh",
  params: TeamParams,
  body: Person.extend({ role: RoleOfTeam }).refine(isNamed, NAMED),
  response: Success,
  errors: CHANGE,
  example: { body: { username: "ada", role: "operator" } },
} as const satisfies Operation;

export const changeTeamMember = {
  ...OURS,
  id: "changeTeamMember",
  method: "PUT",
  path: "/api/teams/{team_id}/members/{user_id}",
  summary: "Change a member's role",
  proof: "fresh",
  params: MemberParams,
  body: z.object({ role: RoleOfTeam }),
  response: Success,
  errors: CHANGE,
} as const satisfies Operation;

export const removeTeamMember = {
  ...OURS,
  id: "removeTeamMember",
  method: "DELETE",
  path: "/api/teams/{team_id}/members/{user_id}",
  summary: "Remove a member, or leave a team",
  proof: "fresh",
  params: MemberParams,
  response: Success,
  errors: CHANGE,
} as const satisfies Operation;

/** Facts that this room announces after a commit. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** These people may reach more or fewer bots than before: members, roles or grants have changed. */
    "rights.changed": { user_ids: number[] };
    /** A service key was created for a team, or got a new secret. `owners`: the people who own the team. */
    "team.key_issued": { team_id: number; team: string; key: string; rotated: boolean; by: string; owners: number[] };
    /** People gave bots these tags or removed them. They are in the spelling by which tags are compared. */
    "tags.changed": { keys: string[] };
  }
}
