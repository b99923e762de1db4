/** Stores the machine's load, one sample a minute for a day. */
import { query } from "@/lib/core/db";

export type Sample = { at: number; value: number };
type Part = "cpu" | "memory" | "disk";

/** Reads samples in percent, oldest first. Before the first sample nothing is known. */
async function samples(part: Part, since: number, to: number): Promise<{ rows: Sample[]; from: number }> {
  const rows = await query()
    .selectFrom("machine_sample")
    .select(["at", `${part} as value`])
    .where("at", ">=", since)
    .orderBy("at")
    .execute();
  return { rows, from: rows[0]?.at ?? to };
}

/** Stores one sample for each `at`, whichever process is first, and deletes samples from before `oldest`. */
async function sample(at: number, { cpu, memory, disk }: Record<Part, number>, oldest: number): Promise<void> {
  await query()
    .insertInto("machine_sample")
    .values({ at, cpu, memory, disk })
    .onConflict((known) => known.doNothing())
    .execute();
  await query().deleteFrom("machine_sample").where("at", "<", oldest).execute();
}

export const createSampleStore = () => ({ samples, sample });
