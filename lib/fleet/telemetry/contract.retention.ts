/** Contract of the retention policy. */
import { z } from "zod";
import { EditedVersion, type Operation, Success, Version } from "@/lib/core/contract";

/** The retention policy of logs, messages and settled commands, by age and by count per bot. 0 keeps them forever. */
export const Retention = z
  .object({
    logs_days: z.number().int().min(0).max(3650),
    logs_per_bot: z.number().int().min(0).max(100_000_000),
    messages_days: z.number().int().min(0).max(3650),
    messages_per_bot: z.number().int().min(0).max(100_000_000),
    commands_days: z.number().int().min(0).max(3650),
  })
  .meta({ id: "Retention" });
export type Retention = z.infer<typeof Retention>;

export const getRetention = {
  id: "getRetention",
  method: "GET",
  path: "/api/admin/retention",
  summary: "Get the retention policy",
  document: "muster",
  response: z.object({ retention: Retention, version: Version }),
  etag: "version",
  errors: ["UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const putRetention = {
  id: "putRetention",
  method: "PUT",
  path: "/api/admin/retention",
  summary: "Change the retention policy",
  description: "The change is applied in the background, in batches.",
  document: "muster",
  body: Retention.partial().extend({ version: EditedVersion }),
  response: Success.extend({ retention: Retention, version: Version }),
  update: "closed",
  etag: "version",
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
