/** The bots service, grouped by audience: everything that other rooms and routes may do with bots. */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import type { Quotas } from "@/lib/core/quotas";
import type { Part } from "./contract.shards";
import { createJoining } from "./joining/service";
import { createAdoption } from "./joining/service.adoption";
import { createOpenBots } from "./joining/service.open";
import type { Presence } from "./presence/presence";
import { createRemoval } from "./removal/service";
import { createReports } from "./reports/service";
import { createAccess } from "./service.access";
import { createChanges } from "./service.changes";
import { createAnnounce, createInsert, type Secrets } from "./service.common";
import { createIdentity } from "./service.identity";
import { createLists } from "./service.list";
import { createTokens } from "./service.tokens";
import type { BotStore } from "./store";
import { createTagListeners } from "./tags/listeners";
import { createTagging } from "./tags/service";
import { createTransfers } from "./transfer/service";

type Deps = {
  store: BotStore;
  presence: Presence;
  quotas: Pick<Quotas, "of">;
  /** Records the report of one part of a bot that runs as several programs. */
  reportPart(botId: string, part: Part, status: string): Promise<boolean>;
  emit: Emit;
  now: Clock;
  secrets: Secrets;
};

export function createBotService(deps: Deps) {
  const { presence, secrets } = deps;
  const access = createAccess(deps);
  const { forgetTokens, ...identity } = createIdentity({ ...deps, access, hash: secrets.hash });
  /** Drops the cached entries of a bot and its token. */
  const forget = (botId: string): void => {
    access.forgetTeam(botId);
    forgetTokens(botId);
  };
  const insert = createInsert(deps);
  const announce = createAnnounce({ ...deps, access });
  const { onTags, ...listeners } = createTagListeners();
  const { erase, ...removal } = createRemoval({ ...deps, access, forget, tagsChanged: listeners.tagsChanged });
  const { signOff, ...reports } = createReports({ ...deps, access });
  const joining = createJoining({ ...deps, insert, announce, newClaimCode: secrets.newClaimCode });

  return {
    reach: access.reach,
    get: access.get,
    getMany: access.getMany,
    forget,
    ...identity,
    ...createLists({ ...deps, access }),
    ...createChanges({ ...deps, access, insert, announce, newBotId: secrets.newBotId }),
    ...createTokens({ ...deps, access, forget }),
    ...createTagging({ ...deps, access, announce, listeners }),
    onTags,
    ...removal,
    ...reports,
    register: joining.register,
    ...createAdoption({ ...deps, announce, forget, erase }),
    ...createTransfers({ ...deps, access, announce, forget }),
    ...createOpenBots({ ...deps, access, erase, signOff }),
    seen: presence.seen,
    hasSocket: presence.hasSocket,
  };
}

export type BotService = ReturnType<typeof createBotService>;
