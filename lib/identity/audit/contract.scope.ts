/**
 * Which operations the audit log records. Every operation that is no GET is recorded, unless a list here names it, and so
 * are the reads that AUDITED_READS names. tests/conformance/audit.operations.test.ts performs them all.
 */

/** Operations whose calls leave another record, or change nothing that people share, and why. */
export const EXEMPT: Readonly<Record<string, string>> = {
  sendCommand: "the command's row is the record",
  sendCmd: "the command's row is the record",
  restartBot: "the command's row is the record",
  stopBot: "the command's row is the record",
  createCommand: "the command's row is the record",
  sendBulkCommand: "the commands' rows are the record",
  bulkCommand: "the commands' rows are the record",
  retryCommand: "the new command's row is the record",
  retryFailedCommands: "the new commands' rows are the record",
  sendOpenCommand: "the command's row is the record",
  changeTags: "the change of each bot is recorded as putBotTags",
  postGraphql: "each mutation of the request is recorded under its own name",
  trackPageView: "counts a page view of the caller",
  markNotificationsRead: "the caller's own reading marks",
  markAllNotificationsRead: "the caller's own reading marks",
  markTicketRead: "the caller's own reading marks",
  togglePostLike: "the caller's own like",
  pinView: "the caller's own sidebar",
  unpinView: "the caller's own sidebar",
  upvoteMeme: "the caller's own vote",
  reportAppError: "the report's row is the record",
  generateMeme: "stores nothing here",
  refreshTemplates: "stores nothing here",
  previewBroadcast: "changes nothing",
  dryRunAlertRule: "changes nothing",
  previewSchedule: "changes nothing",
  testIncomingWebhook: "changes nothing",
  receiveIncomingWebhook: "the command's row or the log line is the record, beside the webhook's own log",
  verifyTokenByPost: "changes nothing",
  getInvitation: "changes nothing",
  startSsoInvitation: "changes nothing; the sign-in that it begins has a record",
  startDiscordInvitation: "changes nothing; the sign-in that it begins has a record",
  authenticateBot: "changes nothing",
};

/** Operations that a bot calls by its own credential, many times a minute. A person's call of them is recorded. */
export const EXEMPT_FOR_BOTS: ReadonlySet<string> = new Set([
  "ackCommand",
  "clearOpenCommands",
  "postLogs",
  "postMessages",
  "postMetrics",
  "putManifest",
  "registerBot",
  "registerOpenBot",
  "reportBotStatus",
  "reportProgress",
  "sendTicketMessage",
  "postTicketMessage",
  "uploadAttachment",
  "syncBotData",
]);

/** Reads that reveal a secret, export rows, or sign somebody in. */
export const AUDITED_READS: ReadonlySet<string> = new Set([
  "getBotToken",
  "downloadBackup",
  "exportAnalytics",
  "exportAudit",
  "exportBotData",
  "exportLogs",
  "exportMessages",
  "finishDiscordSignIn",
  "finishSsoSignIn",
  "getTicketTranscript",
]);

export type AuditScope = {
  /** Calls of people, and of callers without a credential, are recorded. */
  people: boolean;
  bots: boolean;
  /** Calls that were refused are recorded, also where others are exempt. */
  refusals: boolean;
};

export function auditScopeOf({ id, method }: { id: string; method: string }): AuditScope {
  const people = method === "GET" ? AUDITED_READS.has(id) : !Object.hasOwn(EXEMPT, id);
  return { people, bots: people && !EXEMPT_FOR_BOTS.has(id), refusals: people || method !== "GET" };
}
