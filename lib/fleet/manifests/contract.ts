/**
 * Contract of command manifests: the commands that a bot declares. This is our own addition ("muster"): the documents
 * leave the payload of a command to the bot.
 */
import { z } from "zod";
import { AnyObject, BotId, EditedVersion, JsonObject, type Operation, Version } from "@/lib/core/contract";
import type { Bot } from "@/lib/fleet/bots/contract";
import { CommandType } from "@/lib/fleet/commands/contract";
import { COMMON_BOTS_MAX } from "./contract.constants";

export const MANIFEST_COMMANDS_MAX = 100;
const MANIFEST_BYTES = 65_536;

const Danger = z.enum(["none", "warn", "destructive"]).meta({
  description: "`warn` is highlighted to people, `destructive` asks them to confirm",
});

/** One command a bot understands. */
export const ManifestCommand = z
  .object({
    name: CommandType,
    description: z.string().max(1000).optional(),
    params: JsonObject()
      .optional()
      .meta({ description: "JSON Schema (2020-12) of the payload; an object schema, without references" }),
    danger: Danger.default("none"),
    idempotent: z.boolean().default(false).meta({ description: "Doing it twice is as good as doing it once." }),
    timeout_s: z.number().int().min(1).max(86_400).optional().meta({ description: "seconds it usually takes at most" }),
  })
  .meta({ id: "ManifestCommand" });
export type ManifestCommand = z.output<typeof ManifestCommand>;

/** A command as it is stored and shown, with defaults filled in. */
const Shown = z.object({
  name: z.string(),
  description: z.string().optional(),
  params: AnyObject.optional(),
  danger: Danger,
  idempotent: z.boolean(),
  timeout_s: z.number().int().optional(),
});

const BotParams = z.object({ bot_id: BotId });
/** `published` is false while the bot has never published a manifest; it may then be sent any command. */
const Manifest = z.object({ bot_id: z.string(), published: z.boolean(), commands: z.array(Shown), version: Version });
export type Manifest = z.infer<typeof Manifest>;

export const getManifest = {
  id: "getManifest",
  method: "GET",
  path: "/api/bot/{bot_id}/manifest",
  summary: "Get a bot's command manifest",
  document: "muster",
  params: BotParams,
  response: Manifest,
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const putManifest = {
  id: "putManifest",
  method: "PUT",
  path: "/api/bot/{bot_id}/manifest",
  summary: "Publish a bot's command manifest",
  description:
    "Replaces the previous manifest. From then on, a command with one of these names is refused with 400 if its payload does not match `params`; other names are not checked. `pattern`, `patternProperties` and `uniqueItems` are shown but left to the bot to check. A payload that takes more than 200,000 steps to check is refused with 400.",
  document: "muster",
  params: BotParams,
  body: z
    .object({ commands: z.array(ManifestCommand).max(MANIFEST_COMMANDS_MAX), version: EditedVersion })
    .refine(({ commands }) => new Set(commands.map((one) => one.name)).size === commands.length, {
      error: "must not name a command twice",
      path: ["commands"],
    })
    .refine((manifest) => JSON.stringify(manifest).length <= MANIFEST_BYTES, {
      error: `must be at most ${MANIFEST_BYTES} bytes of JSON`,
      path: ["commands"],
    }),
  response: Manifest,
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
  example: {
    body: {
      commands: [
        {
          name: "greet",
          description: "Say hello to somebody",
          params: {
            type: "object",
            properties: { who: { type: "string", minLength: 1 }, times: { type: "integer", minimum: 1, default: 1 } },
            required: ["who"],
          },
        },
        { name: "wipe", description: "Forget everything", danger: "destructive" },
      ],
    },
  },
} as const satisfies Operation;

export const getCommonManifest = {
  id: "getCommonManifest",
  method: "GET",
  path: "/api/manifests/common",
  summary: "List the commands that all selected bots support",
  description:
    "`params` is left out, and `varies` true, where the bots' parameters differ; each command is then checked against its own bot's. The highest danger counts.",
  document: "muster",
  query: z.object({
    bot_ids: z
      .string()
      .min(1)
      .max(14_000)
      .transform((text) => [...new Set(text.split(",").filter(Boolean))])
      .refine((ids) => ids.length > 0 && ids.length <= COMMON_BOTS_MAX, {
        error: `must name 1 to ${COMMON_BOTS_MAX} bots`,
      })
      .meta({ type: "string", description: "ids, separated by commas" }),
  }),
  response: z.object({
    commands: z.array(Shown.extend({ varies: z.boolean() })),
    unpublished: z
      .array(z.string())
      .meta({ description: "Bots that published nothing: what they understand is not known, so nothing is common." }),
    count: z.number().int(),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
export type CommonCommand = z.infer<typeof getCommonManifest.response>["commands"][number];

/** Facts that this room announces after a commit; lib/edge/realtime decides which sockets receive them. */
declare module "@/lib/core/bus" {
  interface Facts {
    /** A bot published a manifest; `commands` are the names in it. */
    "bot.manifest": { bot: Bot; commands: string[] };
  }
}
