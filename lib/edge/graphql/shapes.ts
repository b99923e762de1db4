/**
 * The contracts behind the types of the schema: a field's description is written once, in its contract, and reaches REST's API
 * document and this schema from there. `shapes.test.ts` finds fields of a contract that a type lacks.
 */
import { type GraphQLSchema, isObjectType } from "graphql";
import { z } from "zod";
import { Notification } from "@/lib/community/notifications/contract";
import { Attachment, Ticket, TicketMessage } from "@/lib/community/tickets/contract";
import { Bot } from "@/lib/fleet/bots/contract";
import { JoinRequest } from "@/lib/fleet/bots/contract.joining";
import { Command } from "@/lib/fleet/commands/contract";
import { Log, Message } from "@/lib/fleet/telemetry/contract";
import { UserRow } from "@/lib/identity/accounts/contract.shapes";
import { SessionRow } from "@/lib/identity/accounts/credentials/contract";
import { ApiKeyRow } from "@/lib/identity/accounts/credentials/contract.keys";
import { AuditEntry } from "@/lib/identity/audit/contract";
import { Sender } from "@/lib/identity/audit/contract.sender";
import { Team, TeamMember } from "@/lib/identity/teams/contract";
import { BotGrant } from "@/lib/identity/teams/contract.grants";
import { TeamKey } from "@/lib/identity/teams/contract.keys";
import { TagGrant } from "@/lib/identity/teams/contract.tag-grants";
import { AlertChannel } from "@/lib/operations/alerts/channels/contract";
import { Alert } from "@/lib/operations/alerts/contract";
import { AlertRule } from "@/lib/operations/alerts/rules/contract";
import { Backup } from "@/lib/operations/backups/contract";
import { Plugin } from "@/lib/operations/plugins/contract";
import { Schedule, ScheduleDetail, ScheduleRun, ScheduleTarget } from "@/lib/operations/schedules/contract";
import { Task } from "@/lib/operations/transfers/contract";
import { Webhook, WebhookDelivery } from "@/lib/operations/webhooks/contract";
import { camel } from "./page";

export const SHAPES: Record<string, z.ZodObject> = {
  Alert,
  AlertChannel,
  AlertRule,
  Account: UserRow,
  ApiKey: ApiKeyRow,
  Attachment,
  AuditEntry,
  Backup,
  Bot,
  BotGrant,
  Command,
  CommandSender: Sender,
  JoinRequest,
  Log,
  Message,
  Notification,
  Plugin,
  Schedule,
  ScheduleDetail,
  ScheduleRun,
  ScheduleTarget,
  Session: SessionRow,
  Task,
  Team,
  TagGrant,
  TeamKey,
  TeamMember,
  Ticket,
  TicketMessage,
  Webhook,
  WebhookDelivery,
};

/** Gives the fields of each type the descriptions that their contract has. */
export function describeFields(schema: GraphQLSchema): void {
  for (const [name, contract] of Object.entries(SHAPES)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`The schema has no type ${name}`);
    const fields = type.getFields();
    for (const [key, property] of Object.entries(contract.shape)) {
      const field = fields[camel(key)] ?? fields[key];
      const description = z.globalRegistry.get(property as z.ZodType)?.description;
      if (field && description) field.description = description;
    }
  }
}
