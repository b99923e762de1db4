/** Contract of service keys: API keys that belong to a team instead of a person. All our own ("muster"). */
import { z } from "zod";
import { Name, type Operation, Success, Time, TimeInput } from "@/lib/core/contract";
import { SERVICE_AREAS } from "@/lib/core/contract.areas";
import { OVERLAP_DAYS_MAX } from "@/lib/identity/accounts/credentials/contract.constants";
import {
  distinct,
  KEY_TAGS_TEXT,
  KeyBots,
  KeyRanges,
  KeyTags,
} from "@/lib/identity/accounts/credentials/contract.keys";
import { listQuery, TeamParams } from "./contract";

const ServiceArea = z.enum(SERVICE_AREAS);
const Scopes = z
  .array(ServiceArea)
  .min(1)
  .max(SERVICE_AREAS.length)
  .overwrite(distinct as never);

export const TeamKey = z
  .object({
    id: z.string(),
    team_id: z.number().int(),
    name: z.string(),
    prefix: z.string(),
    scopes: z.array(ServiceArea),
    bots: z.array(z.string()).nullable().meta({ description: "bots that it is limited to" }),
    tags: z.array(z.string()).nullable().meta({
      description: "tags that it is limited to, besides `bots`; when both are null it reaches all bots of the team",
    }),
    ip_ranges: z.array(z.string()).nullable().meta({ description: "where it works; null: everywhere" }),
    created_by_name: z.string().nullable().meta({ description: "null when that account is gone" }),
    created_at: Time,
    expires_at: Time.nullable(),
    last_used_at: Time.nullable().meta({ description: "to the minute" }),
    last_used_ip: z.string().nullable(),
    rotated_at: Time.nullable(),
    old_secret_until: Time.nullable().meta({ description: "until when the secret before the rotation works" }),
  })
  .meta({ id: "TeamKey" });
export type TeamKey = z.infer<typeof TeamKey>;

const KeyParams = TeamParams.extend({ key_id: z.string().max(64) });
const OURS = { document: "muster" } as const;
const READ = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"] as const;

export const listTeamKeys = {
  ...OURS,
  id: "listTeamKeys",
  method: "GET",
  path: "/api/teams/{team_id}/keys",
  summary: "List the service keys of a team that still work, newest first",
  params: TeamParams,
  query: z.object(listQuery(/^\d{1,16}-\w{1,64}$/)),
  response: z.object({ keys: z.array(TeamKey), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: READ,
} as const satisfies Operation;

export const createTeamKey = {
  ...OURS,
  id: "createTeamKey",
  method: "POST",
  path: "/api/teams/{team_id}/keys",
  summary: "Create a service key of a team",
  description: `A program that uses the key acts for the team, not for a person: the key goes on when whoever made it leaves, and ends with the team. It reaches the bots that the team owns, within \`scopes\`. \`bots\` limits it to those bots. ${KEY_TAGS_TEXT} Maintainers and owners create keys. The key is returned only once, in this response.`,
  proof: "session",
  params: TeamParams,
  body: z.object({
    name: Name(64),
    scopes: Scopes,
    bots: KeyBots.optional(),
    tags: KeyTags.optional(),
    ip_ranges: KeyRanges.optional(),
    expires_in_days: z.number().int().min(1).max(3650).nullable().default(90),
  }),
  response: Success.extend({ key: TeamKey, secret: z.string() }),
  errors: READ,
  example: { body: { name: "deploy script", scopes: ["bots:read", "commands:send"] } },
} as const satisfies Operation;

export const rotateTeamKey = {
  ...OURS,
  id: "rotateTeamKey",
  method: "POST",
  path: "/api/teams/{team_id}/keys/{key_id}/rotate",
  summary: "Replace the secret of a service key",
  description: `The key keeps its name, limits and expiry. Without \`old_secret_until\` the old secret stops at once; with it both work until then, at most ${OVERLAP_DAYS_MAX} days. The new secret is returned only once, in this response.`,
  proof: "session",
  params: KeyParams,
  body: z.object({ old_secret_until: TimeInput.optional() }),
  response: Success.extend({ key: TeamKey, secret: z.string() }),
  errors: READ,
} as const satisfies Operation;

export const revokeTeamKey = {
  ...OURS,
  id: "revokeTeamKey",
  method: "DELETE",
  path: "/api/teams/{team_id}/keys/{key_id}",
  summary: "Revoke a service key",
  params: KeyParams,
  response: Success,
  errors: READ,
} as const satisfies Operation;
