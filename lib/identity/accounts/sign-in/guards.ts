import { setTimeout as sleep } from "node:timers/promises";
import { now } from "@/lib/core/clock";
import { logSecurity } from "@/lib/core/log/security-log";
import { hashToken, newToken, sameSecret, sign } from "@/lib/core/secrets";
import { createDevices } from "./devices";
import { createPasswords } from "./passwords";
import { createThrottleStore } from "./store.throttle";
import { createThrottle } from "./throttle";

/** Creates the password checker, the failure counter and the device store. */
export function createGuards() {
  const passwords = createPasswords();
  const throttle = createThrottle({
    ...{ store: createThrottleStore(), now, hash: hashToken },
    sleep: (ms) => sleep(ms),
    onLocked: (kind, failures) => logSecurity("sign_in_locked", { counted_by: kind, failures }),
  });
  const devices = createDevices({
    sign: (text) => sign("device", text),
    same: sameSecret,
    newNonce: () => newToken("md"),
  });
  return { passwords, throttle, devices };
}
