import { writeJson } from "@/lib/core/format/json";
import type { NewCommand } from "@/lib/fleet/commands/queries";
import { dispatchOf } from "../_composer/dispatch";
import type { ScheduleDraft } from "./schedule-draft";

/** Returns what the form of a schedule is filled in with to send a command again and again. */
export const scheduledDraft = (
  command: NewCommand,
  target: { filter: ScheduleDraft["filter"] } | { bot_ids: string[] },
): Partial<ScheduleDraft> => ({
  ...target,
  target: "filter" in target ? "filter" : "selected",
  command: { type: command.type, payload: writeJson(command.payload, 2) },
  dispatch: dispatchOf(command),
});
