/** Contract of the audit log's live streams: to a syslog server, and to a webhook. */
import { z } from "zod";
import { type Operation, Time } from "@/lib/core/contract";

const StreamKind = z.enum(["syslog", "webhook"]);
export type StreamKind = z.infer<typeof StreamKind>;

const AuditStream = z
  .object({
    kind: StreamKind,
    enabled: z.boolean(),
    hint: z
      .string()
      .meta({ description: "the address without what may be secret in it", example: "tls://logs.example.org:6514" }),
    position: z.number().int().meta({ description: "the place in the chain of the last entry that was taken" }),
    behind: z.number().int().meta({ description: "sealed entries that wait to be sent" }),
    last_sent_at: Time.nullable(),
    last_error: z
      .string()
      .nullable()
      .meta({ description: "why the last attempt failed; null after one that succeeded" }),
  })
  .meta({ id: "AuditStream" });
export type AuditStream = z.infer<typeof AuditStream>;

const StreamParams = z.object({ kind: StreamKind });
const ERRORS = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;

export const listAuditStreams = {
  id: "listAuditStreams",
  method: "GET",
  path: "/api/audit/streams",
  summary: "List the audit log's streams",
  description: "Where entries are sent as they are sealed, and how far that is. There is at most one of each kind.",
  document: "muster",
  response: z.object({ streams: z.array(AuditStream) }),
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const putAuditStream = {
  id: "putAuditStream",
  method: "PUT",
  path: "/api/audit/streams/{kind}",
  summary: "Set up a stream of the audit log",
  description:
    "Makes or changes it. Entries arrive in order and at least once; each carries its place in the chain (`seal.position`), by which repetitions are recognised. Over UDP entries may be lost. The answer shows a webhook's signing secret when its address is set, and never again. Private addresses are refused (`OUTBOUND_ALLOW_CIDRS` lists exceptions).",
  document: "muster",
  proof: "fresh",
  params: StreamParams,
  body: z.object({
    url: z.string().max(2_000).optional().meta({
      description:
        "for syslog udp://, tcp:// or tls:// with a port, for a webhook https://, or http:// to an address in `OUTBOUND_ALLOW_CIDRS`. May be left out of a change",
      example: "tls://logs.example.org:6514",
    }),
    ca: z.string().max(20_000).optional().meta({
      description: "PEM certificates that the receiver of tls:// is checked against, instead of the public ones",
    }),
    enabled: z.boolean().optional(),
    from: z
      .enum(["now", "start"])
      .optional()
      .meta({ description: "where to begin: with entries to come, or with the oldest kept. A new stream begins now" }),
  }),
  response: z.object({ success: z.literal(true), stream: AuditStream, secret: z.string().optional() }),
  errors: ERRORS,
} as const satisfies Operation;

export const deleteAuditStream = {
  id: "deleteAuditStream",
  method: "DELETE",
  path: "/api/audit/streams/{kind}",
  summary: "Remove a stream of the audit log",
  document: "muster",
  proof: "fresh",
  params: StreamParams,
  response: z.object({ success: z.literal(true) }),
  errors: ERRORS,
} as const satisfies Operation;
