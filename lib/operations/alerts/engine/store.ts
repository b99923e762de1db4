/**
 * Writes of the engine: subjects that start firing and recover, and changes that are due. Every change is one
 * transaction that returns what it changed, so that each is published once, whichever process made it: a subject is in
 * one alert of a rule at a time (alert_member.open_key), and each step of an alert starts from the state it was in.
 */
import { query } from "@/lib/core/db";
import { due, follow } from "./store.due";
import { fire, recover } from "./store.firing";
import { dropWaits, keepWaits, waits } from "./store.waits";

/** Returns the subjects that are firing, by memberKey. */
async function live(): Promise<string[]> {
  const members = await query()
    .selectFrom("alert_member")
    .select("open_key")
    .where("open_key", "is not", null)
    .limit(20_000)
    .execute();
  return members.map((member) => member.open_key!);
}

export const createWatchStore = () => ({ live, fire, recover, due, follow, waits, keepWaits, dropWaits });

export type WatchStore = ReturnType<typeof createWatchStore>;
