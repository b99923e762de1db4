/** Contract of the verification of the audit log. */
import { z } from "zod";
import type { Operation } from "@/lib/core/contract";

const Position = z.number().int().min(0);

const ChainProblem = z.object({
  kind: z.enum(["missing", "altered", "moved", "checkpoint", "other_key"]).meta({
    description:
      "`missing`: rows from this position on were deleted. `altered`: the row is not as this server wrote it. `moved`: the row is not at its place. `checkpoint`: the start of the chain was changed. `other_key`: the row was written under another SECRET_KEY, so that it cannot be checked",
  }),
  position: Position,
  id: z.string().nullable().meta({ description: "the row, or the one after a gap" }),
});
export type ChainProblem = z.infer<typeof ChainProblem>;

const VerifyQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,15}$/, { error: "must be a position of the chain" })
    .transform(Number)
    .optional()
    .meta({ type: "integer", minimum: 0, description: "`next` of the call before" }),
});
export type VerifyQuery = z.output<typeof VerifyQuery>;

export const verifyAudit = {
  id: "verifyAudit",
  method: "GET",
  path: "/api/audit/verify",
  summary: "Verify the audit log",
  description:
    "Checks that no sealed row was changed, deleted, added or moved, from the last checkpoint on. A call checks about 20,000 rows; call again with `next` until it is null.",
  document: "muster",
  query: VerifyQuery,
  response: z.object({
    ok: z.boolean(),
    checked: Position,
    position: Position.meta({ description: "the last row that was checked" }),
    next: Position.nullable(),
    problems: z.array(ChainProblem).meta({ description: "at most about 100" }),
  }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
