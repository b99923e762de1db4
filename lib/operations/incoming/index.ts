/** Incoming webhooks: store, receiving and service wired together, one of each per process. */
import { bus } from "@/lib/core/bus";
import { now } from "@/lib/core/clock";
import { newId } from "@/lib/core/ids";
import { background, jobs } from "@/lib/core/jobs";
import { logger } from "@/lib/core/log/logger";
import { hashToken, newToken, seal, unseal } from "@/lib/core/secrets";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { ManifestsRoom } from "@/lib/fleet/manifests";
import type { TelemetryRoom } from "@/lib/fleet/telemetry";
import { type AccountsRoom, activePerson } from "@/lib/identity/accounts";
import type { QuotasRoom } from "@/lib/identity/quotas";
import type { TeamsRoom } from "@/lib/identity/teams";
import { createActing } from "@/lib/operations/schedules";
import { createConsuming } from "./consuming";
import { DELIVERIES_SHOWN, REPEAT_HOURS } from "./contract.constants";
import { createMaking } from "./making";
import { createReceiving } from "./receiving";
import { createIncomingService } from "./service";
import { createIncomingStore } from "./store";

type Deps = Pick<BotsRoom, "bots"> &
  Pick<CommandsRoom, "commands"> &
  Pick<ManifestsRoom, "manifests"> &
  Pick<TelemetryRoom, "telemetry"> &
  Pick<TeamsRoom, "teams" | "rights"> &
  Pick<QuotasRoom, "quotas"> &
  Pick<AccountsRoom, "accounts">;

const SWEEP_MS = 600_000;
const HOUR_MS = 3_600_000;
/** The most deliveries that one statement deletes. */
const SWEPT_MAX = 1_000;
/** Begins each token, so that the audit log recognizes and masks it. */
const TOKEN_PREFIX = "mh";

/** Builds the room. Call once per process. */
export function createIncoming({ bots, commands, manifests, telemetry, teams, rights, accounts, quotas }: Deps) {
  const store = createIncomingStore();
  quotas.measure("incoming_webhooks", store.count);
  const actFor = createActing({ activePerson, teams, rights });
  const making = createMaking({ bots, commands, manifests, logs: telemetry, actFor });
  const common = { store, making, now, newId };

  // An address that makes a bot act is a way in, so the page "That wasn't me" of a locked account lists it.
  accounts.onRemaining("incoming_webhook", {
    createdBy: async (userId, limit) =>
      (await store.createdBy(userId, limit)).map(({ id, name, team_name }) => ({ id, name, details: [team_name] })),
    endCreated: store.remove,
  });
  bus.on("user.deleted", ({ user_id }, { remote }) => {
    if (!remote)
      void store.removeOf(user_id).catch((err) => logger.warn({ err }, "incoming webhooks could not be removed"));
  });

  const sweep = jobs.every({
    ...{ name: "incoming.sweep", interval: SWEEP_MS, isLed: true },
    async run({ signal }) {
      await store.removeOrphans();
      const before = now() - REPEAT_HOURS * HOUR_MS;
      while (!signal.aborted && (await store.sweepDeliveries(before, DELIVERIES_SHOWN, SWEPT_MAX)) === SWEPT_MAX);
    },
  });
  const { take, receive } = createReceiving({ ...common, unseal });
  const consuming = createConsuming({ jobs, store, take, unseal });
  return {
    incoming: {
      ...createIncomingService({ ...common, quotas, newToken: () => newToken(TOKEN_PREFIX), hash: hashToken, seal }),
      receive,
    },
    incomingJobs: background([sweep, consuming]),
  };
}

export { eraseHooks, type HookAccess, keepHooks, readHooks } from "./store.carryover";
