/** Contract of tag grants: all bots of a team that have a tag, shared with a person or another team. All our own ("muster"). */
import { z } from "zod";
import { Name, type Operation, Success } from "@/lib/core/contract";
import { TagName } from "@/lib/core/contract.tags";
import { AccountId, listQuery, TeamParams } from "./contract";
import { SHARED_TAGS_MAX, TAG_BOTS_MAX, TAG_GRANTS_MAX } from "./contract.constants";
import { BotGrant, GrantEnd, GrantRole } from "./contract.grants";

export const TagGrant = BotGrant.omit({ bot_id: true })
  .extend({
    owner_team_id: z.number().int().meta({ description: "The team that owns the bots." }),
    tag: z.string(),
    bots: z.number().int().meta({ description: "How many bots of the team have the tag now." }),
  })
  .meta({ id: "TagGrant" });
export type TagGrant = z.infer<typeof TagGrant>;

const GrantParams = TeamParams.extend({ grant_id: z.string().max(64) });
const ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const OURS = { document: "muster" } as const;

export const listTagGrants = {
  ...OURS,
  id: "listTagGrants",
  method: "GET",
  path: "/api/teams/{team_id}/tag-grants",
  summary: "List the tags of a team's bots that are shared, oldest first",
  description: "For maintainers of the team. The id of your personal team is your own id.",
  params: TeamParams,
  query: z.object(listQuery(/^\d{1,16}-\w{1,64}$/)),
  response: z.object({ grants: z.array(TagGrant), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ERRORS,
} as const satisfies Operation;

export const createTagGrant = {
  ...OURS,
  id: "createTagGrant",
  method: "POST",
  path: "/api/teams/{team_id}/tag-grants",
  summary: "Share all bots of a team that have a tag with a person or another team",
  proof: "fresh",
  description: `Reaches every bot of the team that has the tag now or gets it later, as long as the grant lasts. Only tags that people set count, not those that bots report. For owners of the team. A second grant of a tag to the same person or team replaces the first. While a tag is shared, only owners of a bot set it on that bot or remove it. A team has at most ${TAG_GRANTS_MAX} grants of tags, at most ${SHARED_TAGS_MAX} tags are shared with one person or team, and a shared tag is on at most ${TAG_BOTS_MAX} bots.`,
  params: TeamParams,
  body: z.object({
    tag: TagName,
    user_id: AccountId.optional(),
    username: Name(64).optional(),
    team_id: AccountId.optional().meta({ description: "The team that the tag is shared with." }),
    role: GrantRole,
    ends_at: GrantEnd,
  }),
  response: Success.extend({ grant: TagGrant }),
  errors: [...ERRORS, "CONFLICT"],
  example: { body: { tag: "production", username: "ada", role: "viewer", ends_at: "2030-01-01T00:00:00Z" } },
} as const satisfies Operation;

export const changeTagGrant = {
  ...OURS,
  id: "changeTagGrant",
  method: "PUT",
  path: "/api/teams/{team_id}/tag-grants/{grant_id}",
  summary: "Change the role or the end of a grant of a tag",
  proof: "fresh",
  params: GrantParams,
  body: z.object({ role: GrantRole.optional(), ends_at: GrantEnd }),
  response: Success.extend({ grant: TagGrant }),
  errors: ERRORS,
} as const satisfies Operation;

export const endTagGrant = {
  ...OURS,
  id: "endTagGrant",
  method: "DELETE",
  path: "/api/teams/{team_id}/tag-grants/{grant_id}",
  summary: "Stop sharing a tag with a person or a team",
  proof: "fresh",
  params: GrantParams,
  response: Success,
  errors: ERRORS,
} as const satisfies Operation;
