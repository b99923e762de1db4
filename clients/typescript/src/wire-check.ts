/** Compiled with the server, never published: the client's own types and the server's contract must agree. */
import type { z } from "zod";
import type { ackCommand, Command as Served } from "../../../lib/commands/contract";
import type { putManifest } from "../../../lib/manifests/contract";
import type { postLogs, postMessages, syncBotData } from "../../../lib/telemetry/contract";
import type { Command, LogEntry, ManifestCommand, MessageEntry, Outcome, SyncData } from "./types.js";

type Fits<Narrow extends Wide, Wide> = [Narrow, Wide];

export type WireCheck = [
  Fits<Served, Command>,
  Fits<LogEntry[], z.input<typeof postLogs.body>>,
  Fits<MessageEntry[], z.input<typeof postMessages.body>>,
  Fits<SyncData, z.input<typeof syncBotData.body>>,
  Fits<{ commands: ManifestCommand[] }, z.input<typeof putManifest.body>>,
  Fits<Outcome, z.input<typeof ackCommand.body>>,
];
