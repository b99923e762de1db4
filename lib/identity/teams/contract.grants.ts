/** Contract of grants: single bots that are shared with a person or a team. All our own ("muster"). */
import { z } from "zod";
import { BotId, Name, type Operation, Success, Time } from "@/lib/core/contract";
import { parseTime, TIME_RULE } from "@/lib/core/contract.time";
import { AccountId, listQuery } from "./contract";
import { GRANT_ROLES, GRANTS_MAX } from "./contract.constants";

export const GrantRole = z.enum(GRANT_ROLES);
export const BotGrant = z
  .object({
    id: z.string(),
    bot_id: z.string(),
    user: z
      .object({ id: z.number().int(), username: z.string().nullable() })
      .nullable()
      .meta({ description: "The person it is for; null when it is for a team." }),
    team: z.object({ id: z.number().int(), name: z.string().nullable() }).nullable(),
    role: GrantRole.meta({
      description: "The role on this bot. Members of a team have no more than their role in that team.",
    }),
    created_by_name: z.string().nullable(),
    created_at: Time,
    ends_at: Time.nullable().meta({ description: "When it ends by itself; null for no end." }),
  })
  .meta({ id: "BotGrant" });
export type BotGrant = z.infer<typeof BotGrant>;

export const GrantEnd = z
  .string()
  .max(64)
  .refine((text) => !Number.isNaN(parseTime(text)), { error: TIME_RULE })
  .nullable()
  .optional()
  .meta({ format: "date-time", description: "When it ends by itself; null for no end." });
const BotParams = z.object({ bot_id: BotId });
const GrantParams = BotParams.extend({ grant_id: z.string().max(64) });
const ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
const OURS = { document: "muster" } as const;

export const listBotGrants = {
  ...OURS,
  id: "listBotGrants",
  method: "GET",
  path: "/api/my-bots/{bot_id}/grants",
  summary: "List with whom a bot is shared",
  params: BotParams,
  query: z.object(listQuery(/^\d{1,16}-\w{1,64}$/)),
  response: z.object({ grants: z.array(BotGrant), count: z.number().int(), next_cursor: z.string().nullable() }),
  errors: ERRORS,
} as const satisfies Operation;

export const createBotGrant = {
  ...OURS,
  id: "createBotGrant",
  method: "POST",
  path: "/api/my-bots/{bot_id}/grants",
  summary: "Share a bot with a person or a team",
  proof: "fresh",
  description: `A second grant to the same person or team replaces the first. A bot has at most ${GRANTS_MAX} grants.`,
  params: BotParams,
  body: z.object({
    user_id: AccountId.optional(),
    username: Name(64).optional(),
    team_id: AccountId.optional(),
    role: GrantRole,
    ends_at: GrantEnd,
  }),
  response: Success.extend({ grant: BotGrant }),
  errors: [...ERRORS, "CONFLICT"],
  example: { body: { username: "ada", role: "viewer", ends_at: "2030-01-01T00:00:00Z" } },
} as const satisfies Operation;

export const changeBotGrant = {
  ...OURS,
  id: "changeBotGrant",
  method: "PUT",
  path: "/api/my-bots/{bot_id}/grants/{grant_id}",
  summary: "Change the role or the end of a grant",
  proof: "fresh",
  params: GrantParams,
  body: z.object({ role: GrantRole.optional(), ends_at: GrantEnd }),
  response: Success.extend({ grant: BotGrant }),
  errors: ERRORS,
} as const satisfies Operation;

export const endBotGrant = {
  ...OURS,
  id: "endBotGrant",
  method: "DELETE",
  path: "/api/my-bots/{bot_id}/grants/{grant_id}",
  summary: "Stop sharing a bot with a person or a team",
  proof: "fresh",
  params: GrantParams,
  response: Success,
  errors: ERRORS,
} as const satisfies Operation;
