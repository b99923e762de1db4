/** The audit log: service and store wired together, one of each per process. */
import type { Actor } from "@/lib/core/actor";
import { performAct, recordActsBy } from "@/lib/core/acts";
import { now } from "@/lib/core/clock";
import type { TeamRole } from "@/lib/core/contract.roles";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { once } from "@/lib/core/once";
import { outbound } from "@/lib/core/outbound/index";
import { derivedKey, seal, unseal } from "@/lib/core/secrets";
import { demandTeam } from "@/lib/identity/teams";
import { createChain } from "./chain";
import { createAuditExport } from "./service.export";
import { createPerforming } from "./service.perform";
import { createAuditList, type SentReader } from "./service.read";
import { createVerification } from "./service.verify";
import { createAuditStore } from "./store";
import { createChainStore } from "./store.chain";
import { createAuditReader } from "./store.read";
import { createStreams } from "./streams/service";
import { createStreamStore } from "./streams/store";

export { senderOf } from "./sender";
export { seesOrigin } from "./show";

/** Builds the room. Call once per process. */
export function createAudit() {
  const store = createAuditStore(chain);
  const audit = createPerforming({ store, now, newId, log: logger });
  recordActsBy(audit.perform);
  return { audit };
}

const chain = createChain(once(() => derivedKey("audit")));
const chainStore = createChainStore({ chain, now });

const SEAL_MS = 2_000;
const PRUNE_MS = 3_600_000;
const STREAM_MS = 2_000;
const DAY_MS = 86_400_000;
/** Rows of one transaction. */
const SLICE_ROWS = 500;

/** Declares what seals new rows within a few seconds, sends them on, and deletes old ones. */
function auditJobs({ config }: Pick<LogDeps, "config">, streams: Pick<Streams, "run">) {
  const all = async (signal: AbortSignal, step: () => Promise<number>) => {
    while (!signal.aborted && (await step()) === SLICE_ROWS) await yieldToEventLoop();
  };
  const seal = jobs.every({
    ...{ name: "audit.seal", interval: SEAL_MS, isLed: true },
    run: ({ signal }) => all(signal, () => chainStore.seal(SLICE_ROWS)),
  });
  const prune = jobs.every({
    ...{ name: "audit.prune", interval: PRUNE_MS, isLed: true },
    async run({ signal }) {
      const { audit_keep_days } = await config.section("security");
      await all(signal, () =>
        performAct("pruneAuditLog", () => chainStore.prune(now() - audit_keep_days * DAY_MS, SLICE_ROWS)),
      );
    },
  });
  const streaming = (["syslog", "webhook"] as const).map((kind) =>
    jobs.every({
      ...{ name: `audit.${kind}`, interval: STREAM_MS, isLed: true },
      run: ({ signal }) => streams.run(kind, signal),
    }),
  );
  return background([seal, prune, ...streaming]);
}

/** Builds what checks the chain. The command line does so without a server. */
export const createAuditVerification = () => createVerification({ chain, store: chainStore });

type Streams = ReturnType<typeof createStreams>;
type LogDeps = {
  bots: { reach(actor: Actor, botId: string, least: TeamRole): Promise<unknown> };
  accounts: { usernames(ids: number[]): Promise<Map<number, string>> };
  /** Reads sent commands, which are their own records. */
  newestSent: SentReader;
  config: { section(name: "security"): Promise<{ audit_keep_days: number }> };
};

/** Builds what shows the log. The rooms it asks are built after the first acts can be recorded. */
export function createAuditLog({ bots, accounts, newestSent, config }: LogDeps) {
  const reader = createAuditReader();
  const demandBot = (actor: Actor, botId: string) => bots.reach(actor, botId, "maintainer");
  const demandMaintained = (actor: Actor, teamId: number) => demandTeam(actor, teamId, "maintainer", "read");
  const list = createAuditList({
    reader,
    demandBot,
    demandTeam: demandMaintained,
    now,
    newestSent,
    usernames: accounts.usernames,
  });
  const auditStreams = createStreams({
    ...{ streams: createStreamStore(), chain: chainStore, outbound, seal, unseal, now },
  });
  return {
    auditStreams,
    auditJobs: auditJobs({ config }, auditStreams),
    auditLog: { ...list, ...createAuditExport({ ...list, now }), ...createAuditVerification() },
  };
}
export type { SentFilter } from "./service.read";
