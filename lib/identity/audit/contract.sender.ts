/** Contract of the sender of a command, as the audit log and the lists of commands show it. */
import { z } from "zod";

export const ByKind = z.enum([
  ...(["person", "key", "team_key", "bot", "plugin", "job", "schedule", "incoming_webhook", "cli"] as const),
  "anonymous",
]);

export const Sender = z
  .object({
    kind: ByKind.meta({ description: "`key`: a person, by an API key. `team_key`: a team, by a service key" }),
    id: z.string().nullable(),
    name: z.string().nullable().meta({ description: "a person's name is visible to staff and to that person" }),
    key_id: z.string().nullable(),
    address: z.string().nullable().meta({ description: "visible to admins and to the sender" }),
  })
  .meta({
    id: "CommandSender",
    description: "Who sent it, and from where. Only lists and single commands include it.",
  });
export type Sender = z.infer<typeof Sender>;
