/** Contract of tags, and of the other properties that lists of bots filter by. All our own ("muster"). */
import { z } from "zod";
import { BotId, type Operation, Success } from "@/lib/core/contract";
import { TagName } from "@/lib/core/contract.tags";
import { FACET_VALUES_MAX, TAGGED_AT_ONCE_MAX, TAGS_MAX } from "./contract.constants";

const Tags = z.array(TagName).max(TAGS_MAX);

/** The tags of a filter; bots that have all of them match. */
export const TagFilter = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .meta({ description: "only bots with this tag; several with commas: only bots that have all of them" });

/** One value of a property in a filter, compared without regard to case. */
export const FacetFilter = z.string().trim().min(1).max(100);

const TagParams = z.object({ bot_id: BotId });
const TagsOfBot = z.object({
  tags: z.array(z.string()).meta({ description: "The tags that people gave the bot, in alphabetical order." }),
  reported_tags: z.array(z.string()).meta({ description: "The tags that the bot reports in its metadata." }),
});
const OURS = { document: "muster" } as const;
const ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;

export const getBotTags = {
  ...OURS,
  id: "getBotTags",
  method: "GET",
  path: "/api/my-bots/{bot_id}/tags",
  summary: "Get a bot's tags",
  params: TagParams,
  response: TagsOfBot,
  errors: ERRORS,
} as const satisfies Operation;

export const putBotTags = {
  ...OURS,
  id: "putBotTags",
  method: "PUT",
  path: "/api/my-bots/{bot_id}/tags",
  summary: "Replace a bot's tags",
  description: `A bot has at most ${TAGS_MAX} tags. Maintainers of the bot set them; a tag that is shared with others is set and removed by owners only (409 when too many bots have it). Tags that the bot reports in its metadata are shown beside them and cannot be changed here.`,
  params: TagParams,
  body: z.object({ tags: Tags }),
  response: Success.extend(TagsOfBot.shape),
  errors: [...ERRORS, "CONFLICT"],
  example: { body: { tags: ["production", "music"] } },
} as const satisfies Operation;

export const changeTags = {
  ...OURS,
  id: "changeTags",
  method: "POST",
  path: "/api/bots/tags",
  summary: "Add tags to many bots, or remove them",
  description: `At most ${TAGGED_AT_ONCE_MAX} bots at a time. Each bot has its own outcome.`,
  body: z
    .object({
      bot_ids: z.array(BotId).min(1).max(TAGGED_AT_ONCE_MAX),
      add: Tags.default([]),
      remove: Tags.default([]),
    })
    .refine(({ add, remove }) => add.length + remove.length > 0, { error: "send add or remove", path: ["add"] }),
  response: z.object({
    results: z.array(
      z.object({
        bot_id: z.string(),
        status: z.enum(["changed", "error"]),
        tags: z.array(z.string()).optional(),
        error: z.string().optional(),
        code: z.string().optional(),
      }),
    ),
    changed: z.number().int(),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

const FacetValues = z.array(z.object({ value: z.string(), count: z.number().int() }));

export const listBotFacets = {
  ...OURS,
  id: "listBotFacets",
  method: "GET",
  path: "/api/bots/facets",
  summary: "Count the bots you can see by tag, platform, version, host and team",
  description: `Each list has at most ${FACET_VALUES_MAX} values, the most frequent first. \`tags\` counts tags of both kinds.`,
  response: z.object({
    tags: FacetValues,
    platforms: FacetValues,
    versions: FacetValues,
    hosts: FacetValues,
    teams: z.array(z.object({ id: z.number().int(), count: z.number().int() })),
  }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;
export type BotFacets = z.infer<typeof listBotFacets.response>;
