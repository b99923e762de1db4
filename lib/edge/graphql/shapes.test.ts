/** A field that a contract gains is in the schema too, or named here as left out. */
import { isObjectType, buildSchema as parseSchema } from "graphql";
import { expect, it } from "vitest";
import { z } from "zod";
import { openTicket } from "@/lib/community/tickets/contract";
import { updateTicket } from "@/lib/community/tickets/desk/contract";
import { createBot, updateBot } from "@/lib/fleet/bots/contract";
import { transferBot } from "@/lib/fleet/bots/contract.transfer";
import { createCommand } from "@/lib/fleet/commands/contract";
import { sendBulkCommand } from "@/lib/fleet/commands/contract.many";
import { updateUser } from "@/lib/identity/accounts/contract";
import { createApiKey } from "@/lib/identity/accounts/credentials/contract.keys";
import { addTeamMember, createTeam, transferTeam, updateTeam } from "@/lib/identity/teams/contract";
import { changeBotGrant, createBotGrant } from "@/lib/identity/teams/contract.grants";
import { createTeamKey } from "@/lib/identity/teams/contract.keys";
import { changeTagGrant } from "@/lib/identity/teams/contract.tag-grants";
import { fakeApp } from "@/tests/app";
import { camel } from "./page";
import { buildSchema, TYPE_DEFS } from "./schema";
import { SHAPES } from "./shapes";

/** Fields that a type leaves out. Alert, Backup, Plugin and Task have the fields that document 002 lists; AlertDetails has the rest of an alert. */
const LEFT_OUT: Record<string, string[]> = {
  Alert: [
    ...["alert_id", "escalated", "handled_by", "last_seen", "members", "open_members", "owner_id", "resolved_at"],
    ...["rule_id", "snoozed_until", "source_name"],
  ],
  AlertChannel: ["confirmed"],
  Attachment: ["created_at", "inline", "ticket_id"],
  Backup: ["include_downloads", "provider", "reason", "rows", "size_bytes", "version"],
  Command: ["created_by_name", "traceparent"],
  Plugin: ["permissions", "problem", "stats"],
  Task: [
    ...["attempts", "checksum", "connections", "createdAt", "deleteAt", "destination", "downloadedBytes", "etaSeconds"],
    ...["fileCount", "files", "finishedAt", "owner", "peers", "requestedFor", "seeders", "sizeBytes", "speedBytes"],
  ],
  // Its `id` is the ticket_id.
  Ticket: [
    ...["avatar_url", "channel_id", "claimed_at", "last_message_at", "last_message_author", "merged_into", "owner"],
    ...["reopen_count", "ticket_id", "user_avatar", "username"],
  ],
  TicketMessage: ["author_avatar", "bot_id"],
};

const fieldsOf = (schema: ReturnType<typeof parseSchema>, name: string) => {
  const type = schema.getType(name);
  return isObjectType(type) ? type.getFields() : {};
};

/** The properties of an object schema, below what refines or converts it. */
function objectOf(schema: z.ZodType): Record<string, unknown> {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe)
    return objectOf((schema.def.in instanceof z.ZodObject ? schema.def.in : schema.def.out) as z.ZodType);
  throw new Error("not an object schema");
}

it.each(Object.entries(SHAPES))("%s has every field of its contract", (name, contract) => {
  const fields = fieldsOf(buildSchema(fakeApp({})), name);
  const missing = Object.keys(contract.shape).filter((key) => !(camel(key) in fields) && !(key in fields));
  expect(missing.sort()).toEqual([...(LEFT_OUT[name] ?? [])].sort());
});

/** Mutations that take the fields of a request's body as arguments. */
const MUTATIONS = {
  createBot,
  updateBot,
  sendCommand: createCommand,
  bulkCommand: sendBulkCommand,
  createTicket: openTicket,
  updateTicket,
  createTeam,
  updateTeam,
  transferTeam,
  addTeamMember,
  createBotGrant,
  changeBotGrant,
  changeTagGrant,
  transferBot,
  createApiKey,
  createTeamKey,
  updateUser,
};
/** Fields that a mutation leaves out. */
const NOT_TAKEN: Partial<Record<keyof typeof MUTATIONS, string[]>> = {
  // For bots alone, which open tickets by REST.
  createTicket: ["channel_id", "user_avatar", "user_id", "user_name"],
};

it.each(Object.entries(MUTATIONS))("%s takes every field of its request", (name, { body }) => {
  const { args } = fieldsOf(buildSchema(fakeApp({})), "Mutation")[name]!;
  const missing = Object.keys(objectOf(body)).filter((key) => !args.some((arg) => arg.name === camel(key)));
  expect(missing.sort()).toEqual([...(NOT_TAKEN[name as keyof typeof MUTATIONS] ?? [])].sort());
});

it("describes no field that its contract describes", () => {
  const written = parseSchema(TYPE_DEFS.join("\n"));
  const twice = Object.entries(SHAPES).flatMap(([name, contract]) =>
    Object.entries(contract.shape)
      .filter(([key, property]) => {
        const field = fieldsOf(written, name)[camel(key)];
        return field?.description && z.globalRegistry.get(property as z.ZodType)?.description;
      })
      .map(([key]) => `${name}.${key}`),
  );
  expect(twice).toEqual([]);
});
