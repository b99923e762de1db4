/** The log lines of plugins. */

import { iso } from "@/lib/core/clock";
import { insertRows, query, transaction } from "@/lib/core/db";
import type { PluginLogLine } from "./contract";
import type { NewLine } from "./log";

/** The number of lines kept per plugin. */
export const LINES_KEPT = 1_000;

export function createPluginLogStore() {
  return {
    addLines: (lines: NewLine[]): Promise<void> =>
      transaction(async (trx) => {
        await insertRows(trx, "plugin_log", lines);
        for (const plugin of new Set(lines.map((line) => line.plugin)))
          await trx
            .deleteFrom("plugin_log")
            .where("plugin", "=", plugin)
            .where("seq", "<=", (eb) =>
              eb
                .selectFrom("plugin_log")
                .select("seq")
                .where("plugin", "=", plugin)
                .orderBy("seq", "desc")
                .limit(1)
                .offset(LINES_KEPT),
            )
            .execute();
      }),
    /** Lists lines, newest first, before `cursor`. */
    async lines(plugin: string, limit: number, cursor: number | undefined): Promise<PluginLogLine[]> {
      const rows = await query()
        .selectFrom("plugin_log")
        .select(["seq", "level", "message", "at"])
        .where("plugin", "=", plugin)
        .$if(cursor !== undefined, (lines) => lines.where("seq", "<", cursor!))
        .orderBy("seq", "desc")
        .limit(limit)
        .execute();
      return rows.map(({ seq, level, message, at }) => ({
        ...{ id: seq, level: level as PluginLogLine["level"], message, timestamp: iso(at) },
      }));
    },
  };
}
export type PluginLogStore = ReturnType<typeof createPluginLogStore>;
