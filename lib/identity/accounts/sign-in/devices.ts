/**
 * Devices that have signed in to an account. Each holds a cookie for each account, signed by the server, so that failed
 * attempts of others do not lock it out (throttle.ts). The cookie alone grants no access, and a new password
 * invalidates it.
 */
import type { UserRecord } from "@/lib/identity/accounts/store.rows";

type Signer = { sign: (text: string) => string; same: (a: string, b: string) => boolean; newNonce: () => string };
type Known = Pick<UserRecord, "id" | "password_hash">;

const MAX_LOOKED_AT = 20;

export function createDevices({ sign, same, newNonce }: Signer) {
  const signature = (user: Known, nonce: string) => sign(`${user.id}:${nonce}:${user.password_hash}`);

  return {
    /** The cookie's value for a device that signed in with the account's password. */
    issue(user: Known): string {
      const nonce = newNonce();
      return `${nonce}.${signature(user, nonce)}`;
    },

    /** Returns the device's id if one of its cookies belongs to this account. */
    recognise(user: Known, cookies: readonly string[] = []): string | undefined {
      for (const cookie of cookies.slice(0, MAX_LOOKED_AT)) {
        const [nonce = "", given = ""] = cookie.split(".");
        if (nonce && same(given, signature(user, nonce))) return nonce;
      }
      return undefined;
    },
  };
}

export type Devices = ReturnType<typeof createDevices>;
