/** Series: collector, services, store and jobs wired together, one of each per process. */
import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { background, jobs } from "@/lib/core/jobs";
import { type BotsRoom, botIds, countOnline, statusChanges, statusesBefore } from "@/lib/fleet/bots";
import { endedSince, queuedSince } from "@/lib/fleet/commands";
import { storedSince } from "@/lib/fleet/telemetry";
import { createCollector, FLEET } from "./collector";
import { ONLINE } from "./contract.constants";
import { createSeriesJobs } from "./jobs";
import { createRecovery, type Sources } from "./recovery";
import { createRollup } from "./rollup";
import { createReadService } from "./service.read";
import { createReportService } from "./service.write";
import { bucketAt, STEPS, slotsOf } from "./steps";
import { createSeriesStore } from "./store";
import { createMarks, createWriterStore } from "./store.writers";
import { createWriter } from "./writer";

const SOURCES: Sources = {
  logs: (span, each) => storedSince("log", span, each),
  messages: (span, each) => storedSince("message", span, each),
  queued: queuedSince,
  ended: endedSince,
};

/** Builds the room. Call once per process. */
export function createSeries({ bots }: Pick<BotsRoom, "bots">) {
  const collector = createCollector();
  const store = createSeriesStore();
  const writers = createWriterStore();
  const marks = createMarks();
  const writer = createWriter({ collector, store, writers, self: bus.id, now });
  const recover = createRecovery({
    ...{ sources: SOURCES, store, writers, self: bus.id, gone: bus.gone, now },
    current: writer.current,
  });
  const { forgetNames, report } = createReportService({ collector, store, bots, now });

  // Each process counts what happened in it: the others do so for themselves.
  bus.on("logs.stored", ({ bot_id, logs }, { remote }) => void (remote || collector.logs(bot_id, logs)));
  bus.on(
    "messages.stored",
    ({ bot_id, messages }, { remote }) => void (remote || collector.messages(bot_id, messages)),
  );
  bus.on("command.queued", ({ command }, { remote }) => void (remote || collector.queued(command)));
  bus.on("command.settled", ({ command }, { remote }) => void (remote || collector.settled(command)));
  bus.on("bot.deleted", ({ bot }) => {
    collector.forget(bot.id);
    forgetNames(bot.id);
  });
  bots.onPurge(async (botId) => {
    const at = now();
    for (const step of STEPS)
      await store.purge(step, slotsOf(step, bucketAt(step, at - step.keepMs) - step.perRow, bucketAt(step, at)), botId);
  });

  const work = {
    flush: () => writer.flush(),
    sample: async () => collector.reported(FLEET, { [ONLINE]: await countOnline() }, now()),
    recover,
    ...createRollup({ store, writers, marks, now }),
  };
  return {
    series: {
      report,
      ...createReadService({ store, writers, marks, bots, botIds, statusChanges, statusesBefore, now }),
    },
    seriesJobs: background(createSeriesJobs(jobs, work), writer),
  };
}
