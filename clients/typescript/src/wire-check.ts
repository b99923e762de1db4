/**
 * Fails to compile when the client's types differ from the server's contract. It is compiled with the server and never
 * published.
 */
import type { z } from "zod";
import type {
  openTicket,
  Ticket as ServedTicket,
  TicketMessage as ServedTicketMessage,
} from "../../../lib/community/tickets/contract";
import type { postTicketMessage } from "../../../lib/community/tickets/conversation/contract";
import type { Command as Served } from "../../../lib/fleet/commands/contract";
import type { ackCommand } from "../../../lib/fleet/commands/contract.bot";
import type { putManifest } from "../../../lib/fleet/manifests/contract";
import type { postMetrics } from "../../../lib/fleet/series/contract";
import type { postLogs, postMessages, syncBotData } from "../../../lib/fleet/telemetry/contract";
import type {
  Command,
  LogEntry,
  ManifestCommand,
  MessageEntry,
  NewTicket,
  Outcome,
  SyncData,
  Ticket,
  TicketAnswer,
  TicketMessage,
} from "./types.js";

type Fits<Narrow extends Wide, Wide> = [Narrow, Wide];

export type WireCheck = [
  Fits<Served, Command>,
  Fits<LogEntry[], z.input<typeof postLogs.body>>,
  Fits<MessageEntry[], z.input<typeof postMessages.body>>,
  Fits<{ metrics: Record<string, number> }, z.input<typeof postMetrics.body>>,
  Fits<SyncData, z.input<typeof syncBotData.body>>,
  Fits<{ commands: ManifestCommand[] }, z.input<typeof putManifest.body>>,
  Fits<Outcome, z.input<typeof ackCommand.body>>,
  Fits<ServedTicket, Ticket>,
  Fits<ServedTicketMessage, TicketMessage>,
  Fits<NewTicket, z.input<typeof openTicket.body>>,
  Fits<TicketAnswer & { content: string }, z.input<typeof postTicketMessage.body>>,
];
