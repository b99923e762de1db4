/** Contract of exports: logs, messages and whole bots as files. Source: document 000 "Data Export APIs". */
import { z } from "zod";
import { AnyObject, Bom, type Operation, Order, Time, WholeNumber } from "@/lib/core/contract";
import { Bot } from "@/lib/fleet/bots/contract";
import { Command } from "@/lib/fleet/commands/contract";
import { BotParams, Log, LogFilters, Message, MessageFilters } from "./contract";
import { EXPORT_MAX } from "./contract.constants";

const ExportFormat = z.enum(["json", "ndjson", "csv"]).default("json");

export const exportLogs = {
  id: "exportLogs",
  method: "GET",
  path: "/api/export/logs",
  summary: "Export logs",
  description:
    "Oldest first among the newest `limit`, or newest first with `order=desc`. Streams as one JSON document, as NDJSON, or as CSV.",
  document: "000 Data Export APIs: Export Logs",
  query: z.object({
    ...LogFilters,
    limit: WholeNumber(1000, EXPORT_MAX),
    order: Order("asc"),
    format: ExportFormat,
    bom: Bom,
  }),
  response: z.object({ exported_at: Time, count: z.number().int(), logs: z.array(Log) }),
  alsoProduces: ["application/x-ndjson", "text/csv"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const exportMessages = {
  id: "exportMessages",
  method: "GET",
  path: "/api/export/messages",
  summary: "Export messages",
  description: "Oldest first among the newest `limit`, or newest first with `order=desc`.",
  document: "000 Data Export APIs: Export Messages",
  query: z.object({
    ...MessageFilters,
    limit: WholeNumber(1000, EXPORT_MAX),
    order: Order("asc"),
    format: ExportFormat,
    bom: Bom,
  }),
  response: z.object({ exported_at: Time, count: z.number().int(), messages: z.array(Message) }),
  alsoProduces: ["application/x-ndjson", "text/csv"],
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;

export const exportBotData = {
  id: "exportBotData",
  method: "GET",
  path: "/api/export/bot-data/{bot_id}",
  summary: "Export all data of a bot",
  description: "Commands, logs and messages are oldest first, or newest first with `order=desc`.",
  document: "000 Data Export APIs: Export Bot Data",
  params: BotParams,
  query: z.object({ order: Order("asc") }),
  response: z.object({
    exported_at: Time,
    bot: Bot,
    data: AnyObject.nullable(),
    commands: z.array(Command),
    logs: z.array(Log),
    messages: z.array(Message),
  }),
  errors: ["UNAUTHORIZED", "NOT_FOUND"],
} as const satisfies Operation;
