/**
 * The operation of REST that each field of GraphQL stands for. API keys with limits need the same rights for both: the
 * table of areas is that of REST (lib/edge/http/areas.ts).
 */
import type { GraphQLFieldResolver, GraphQLSchema } from "graphql";
import { isObjectType } from "graphql";
import { withinOperation } from "@/lib/edge/http";
import type { Context } from "./context";

/** Fields whose operation has another name, and fields below the roots that read further rows. */
const NAMED: Record<string, string> = {
  "Query.alert": "getAlert",
  "Query.alertChannels": "listAlertChannels",
  "Query.alertHistory": "listAlerts",
  "Query.alertRules": "listAlertRules",
  "Query.alerts": "listAlerts",
  "Query.alertSummary": "getAlertSummary",
  "Query.apiKeys": "listApiKeys",
  "Query.auditLog": "listAudit",
  "Query.backups": "listBackups",
  "Query.backupStats": "listBackups",
  "Query.bot": "getBot",
  "Query.bots": "listBots",
  "Query.command": "getCommand",
  "Query.commands": "listCommands",
  "Query.downloadStats": "listTasks",
  "Query.joinRequests": "listJoinRequests",
  "Query.loggerStats": "getLoggerStats",
  "Query.logs": "listLogs",
  "Query.me": "getMe",
  "Query.messages": "listMessages",
  "Query.notifications": "listNotifications",
  "Query.operationStats": "listServices",
  "Query.plugins": "listPlugins",
  "Query.recoveryStatus": "listBackups",
  "Query.slowOperations": "listServices",
  "Query.schedule": "getSchedule",
  "Query.scheduleRun": "getScheduleRun",
  "Query.scheduleRuns": "listScheduleRuns",
  "Query.schedules": "listSchedules",
  "Query.series": "getSeries",
  "Query.sessions": "listSessions",
  "Query.status": "getSystemStatus",
  "Query.systemStatus": "getSystemStatus",
  "Query.tasks": "listTasks",
  "Query.taskStatus": "getTask",
  "Query.ticket": "getTicket",
  "Query.tickets": "listTickets",
  "Query.botGrants": "listBotGrants",
  "Query.team": "getTeam",
  "Query.teamInvitations": "listTeamInvitations",
  "Query.teamKeys": "listTeamKeys",
  "Query.tagGrants": "listTagGrants",
  "Query.teamMembers": "listTeamMembers",
  "Query.teams": "listTeams",
  "Query.users": "listUsers",
  "Query.webhook": "getWebhook",
  "Query.webhookDeliveries": "listWebhookDeliveries",
  "Query.webhookDelivery": "getWebhookDelivery",
  "Query.webhooks": "listWebhooks",
  "Query.unreadNotifications": "countUnreadNotifications",
  "Mutation.bulkCommand": "sendBulkCommand",
  "Mutation.createTicket": "openTicket",
  "Mutation.replyTicket": "postTicketMessage",
  "Mutation.updateBotSettings": "putBotSettings",
  "Mutation.verifyIntegrity": "verifyBackup",
  "Subscription.botUpdates": "listBots",
  "Subscription.commandUpdates": "listCommands",
  "Subscription.logStream": "listLogs",
  "Subscription.systemMetrics": "getMachineMetrics",
  "Subscription.taskProgress": "getTask",
  "Subscription.ticketMessages": "listTicketMessages",
  "Bot.commands": "listCommands",
  "Bot.logs": "listLogs",
  "Command.bot": "getBot",
  "Log.bot": "getBot",
  "Message.bot": "getBot",
  "Ticket.messages": "listTicketMessages",
};
const ROOTS = new Set(["Query", "Mutation", "Subscription"]);

/** The operation that a field stands for; undefined for fields that only show their parent. */
export const operationOf = (type: string, field: string): string | undefined =>
  NAMED[`${type}.${field}`] ?? (ROOTS.has(type) ? field : undefined);

type Resolve = GraphQLFieldResolver<unknown, Context>;

const limited =
  (resolve: Resolve, operation: string): Resolve =>
  (source, args, context, info) => {
    const actor = withinOperation(context.actor, operation);
    return resolve(source, args, actor === context.actor ? context : { ...context, actor }, info);
  };

/** Makes every field that reads or changes something ask for the area of its operation. */
export function limitFields(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const operation = operationOf(type.name, field.name);
      if (!operation) continue;
      if (field.subscribe) field.subscribe = limited(field.subscribe, operation);
      else if (field.resolve) field.resolve = limited(field.resolve, operation);
    }
  }
}
