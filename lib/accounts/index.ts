/** Accounts: services and stores wired together, one of each per process. */
import { bus } from "@/lib/bus";
import { now } from "@/lib/clock";
import { env } from "@/lib/env";
import { logger } from "@/lib/logger";
import { hashToken, sameSecret } from "@/lib/secrets";
import { singleton } from "@/lib/singleton";
import { createIdentity } from "./service.identity";
import { createUserStore } from "./store";
import { createAccessStore } from "./store.access";

export const accounts = singleton("accounts", () => {
  const users = createUserStore();
  const access = createAccessStore();
  const onError = (error: unknown) => logger.warn({ err: error }, "accounts: a background write failed");
  const identity = createIdentity({
    users,
    access,
    now,
    secrets: { hash: hashToken, same: sameSecret },
    envToken: env.API_TOKEN,
    onError,
  });
  bus.on("access.revoked", (fact) => identity.forget(fact));
  return { ...identity };
});
