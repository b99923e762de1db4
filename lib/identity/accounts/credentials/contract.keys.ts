/** Contract of API keys: what they may do, and how they are made, rotated and revoked. All our own ("muster"). */
import { z } from "zod";
import { BotId, Name, type Operation, Success, Time, TimeInput } from "@/lib/core/contract";
import { AREAS } from "@/lib/core/contract.areas";
import { distinctTags } from "@/lib/core/contract.tag-keys";
import { TagName } from "@/lib/core/contract.tags";
import { KEY_BOTS_MAX, KEY_RANGES_MAX, KEY_TAG_BOTS_MAX, KEY_TAGS_MAX, OVERLAP_DAYS_MAX } from "./contract.constants";

/** read < operate < admin; a key never exceeds its user's role. */
export const KeyScope = z.enum(["read", "operate", "admin"]);
export type KeyScope = z.infer<typeof KeyScope>;

/** One area of the API. Older keys have a level for all areas instead. */
const KeyArea = z.enum(AREAS);

/** An address, or a network in the notation of CIDR. */
const IpRange = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
  error: "must be an address or a network, such as 192.0.2.0/24 or 2001:db8::/32",
});

export const distinct = (list: string[]) => [...new Set(list)];
const Scopes = z
  .array(KeyArea)
  .min(1)
  .max(AREAS.length)
  .overwrite(distinct as never);
/** The bots that a key is limited to. */
export const KeyBots = z.array(BotId).min(1).max(KEY_BOTS_MAX).overwrite(distinct);
/** The tags whose bots a key is limited to. */
export const KeyTags = z.array(TagName).min(1).max(KEY_TAGS_MAX).overwrite(distinctTags);
/** The text about tags in the documentation of API keys and of service keys. */
export const KEY_TAGS_TEXT = `\`tags\` limits it to bots that have one of these tags, now or later; with \`bots\` it reaches both. Only tags that people set count, and the key itself can neither set nor remove them. A tag reaches at most ${KEY_TAG_BOTS_MAX} bots: 409 when more have it.`;
/** The networks that a key may be used from. */
export const KeyRanges = z.array(IpRange).min(1).max(KEY_RANGES_MAX).overwrite(distinct);

export const ApiKeyRow = z
  .object({
    id: z.string(),
    name: z.string(),
    prefix: z.string(),
    scope: KeyScope.meta({ description: "for a key with `scopes`: the highest level among them" }),
    scopes: z.array(KeyArea).nullable().meta({ description: "null: every area, at the level of `scope`" }),
    bots: z.array(z.string()).nullable().meta({ description: "bots that it is limited to" }),
    tags: z.array(z.string()).nullable().meta({
      description: "tags that it is limited to, besides `bots`; when both are null it reaches all bots that you reach",
    }),
    ip_ranges: z.array(z.string()).nullable().meta({ description: "where it works; null: everywhere" }),
    created_at: Time,
    expires_at: Time.nullable(),
    last_used_at: Time.nullable().meta({ description: "to the minute" }),
    last_used_ip: z.string().nullable(),
    rotated_at: Time.nullable(),
    old_secret_until: Time.nullable().meta({ description: "until when the secret before the rotation works" }),
  })
  .meta({ id: "ApiKey" });
export type ApiKeyRow = z.infer<typeof ApiKeyRow>;

export const listApiKeys = {
  id: "listApiKeys",
  method: "GET",
  path: "/api/auth/api-keys",
  summary: "List your API keys",
  document: "muster",
  response: z.object({ keys: z.array(ApiKeyRow), count: z.number().int() }),
  errors: ["UNAUTHORIZED"],
} as const satisfies Operation;

export const createApiKey = {
  id: "createApiKey",
  method: "POST",
  path: "/api/auth/api-keys",
  summary: "Create an API key",
  description: `Give it \`scopes\`, or a \`scope\` for all areas. \`bots\` limits it to those bots. ${KEY_TAGS_TEXT} A key with either limit is also limited to operations on bots, commands, logs and messages, and, if its \`scopes\` name them, on tickets that the bots opened. The key is returned only once, in this response.`,
  document: "muster",
  proof: "fresh",
  body: z
    .object({
      name: Name(64),
      scope: KeyScope.optional(),
      scopes: Scopes.optional(),
      bots: KeyBots.optional(),
      tags: KeyTags.optional(),
      ip_ranges: KeyRanges.optional(),
      expires_in_days: z.number().int().min(1).max(3650).nullable().default(90),
    })
    .refine(({ scope, scopes }) => (scope === undefined) !== (scopes === undefined), {
      path: ["scope"],
      error: "send either scope (read, operate or admin) or scopes",
    }),
  response: Success.extend({ key: ApiKeyRow, secret: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "CONFLICT"],
} as const satisfies Operation;

const KeyId = z.object({ key_id: z.string().max(64) });

export const rotateApiKey = {
  id: "rotateApiKey",
  method: "POST",
  path: "/api/auth/api-keys/{key_id}/rotate",
  summary: "Replace the secret of an API key",
  description: `The key keeps its name, limits and expiry. Without \`old_secret_until\` the old secret stops at once; with it both work until then, at most ${OVERLAP_DAYS_MAX} days. The new secret is returned only once, in this response.`,
  document: "muster",
  proof: "fresh",
  params: KeyId,
  body: z.object({ old_secret_until: TimeInput.optional() }),
  response: Success.extend({ key: ApiKeyRow, secret: z.string() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const revokeApiKey = {
  id: "revokeApiKey",
  method: "DELETE",
  path: "/api/auth/api-keys/{key_id}",
  summary: "Revoke an API key",
  document: "muster",
  params: KeyId,
  response: Success,
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
