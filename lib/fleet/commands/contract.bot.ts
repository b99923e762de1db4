/**
 * Contract of a bot's side of the queue: it polls, reports progress and acknowledges.
 * Source: document 000 "Commands APIs"; 001 "Command Lifecycle".
 */
import { z } from "zod";
import { JsonObject, type Operation, WholeNumber } from "@/lib/core/contract";
import { BotParams, CommandList, CommandParams, CommandStatus, Settled } from "./contract";
import { LEASE_MAX_S } from "./contract.constants";

export const pollCommands = {
  id: "pollCommands",
  method: "GET",
  path: "/api/bot/{bot_id}/commands",
  summary: "List pending commands; a bot's own request leases them",
  description:
    "With the bot's own token, returns the oldest pending commands and leases them for `lease` seconds; they are not delivered again until the lease ends. `wait` turns the request into a long poll. Users read the same list without leasing.",
  document: "000 Commands APIs: Get Pending Commands",
  params: BotParams,
  query: z.object({
    limit: WholeNumber(10, 100),
    wait: WholeNumber(0, 60).meta({ description: "seconds to wait for a command (at most 60)" }),
    lease: z
      .string()
      .regex(/^\d{1,9}$/, { error: "must be a whole number of seconds from 1 to 3600" })
      .transform(Number)
      .refine((seconds) => seconds >= 1 && seconds <= LEASE_MAX_S, {
        error: "must be a whole number of seconds from 1 to 3600",
      })
      .default(300)
      .meta({ type: "integer", minimum: 1, maximum: 3600, default: 300 }),
  }),
  response: CommandList,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"],
} as const satisfies Operation;

export const ackCommand = {
  id: "ackCommand",
  method: "POST",
  path: "/api/commands/{command_id}/ack",
  summary: "Acknowledge a command",
  description:
    "The first ack wins. Repeating it returns 200; contradicting it returns 409 with the stored command in `details`.",
  document: "000 Commands APIs: Acknowledge Command",
  params: CommandParams,
  body: z.object({
    status: CommandStatus.exclude(["pending"]).default("completed"),
    result: JsonObject(262_144).default({}),
    traceparent: z.string().max(512).optional().meta({
      description:
        "The span in which the bot worked, as W3C Trace Context writes it. It joins the command's trace if it belongs to it.",
    }),
  }),
  maxBody: 524_288,
  response: Settled,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT", "UNAVAILABLE"],
  example: { body: { status: "completed", result: { message_id: "99" } } },
} as const satisfies Operation;

export const reportProgress = {
  id: "reportProgress",
  method: "POST",
  path: "/api/commands/{command_id}/progress",
  summary: "Report progress of a command or extend its lease",
  description: "Only while the command is pending. `lease` extends its lease to that many seconds from now.",
  document: "muster",
  params: CommandParams,
  body: z
    .object({
      progress: z.number().int().min(0).max(100),
      note: z.string().max(500),
      lease: z.number().int().min(1).max(LEASE_MAX_S),
    })
    .partial()
    .refine((body) => Object.values(body).some((value) => value !== undefined), {
      error: "send progress, note or lease",
    }),
  response: Settled,
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND", "CONFLICT"],
  example: { body: { progress: 40, note: "12 of 30 channels", lease: 300 } },
} as const satisfies Operation;
