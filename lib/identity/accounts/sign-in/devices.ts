/**
 * Devices that have signed in to an account. Each holds a cookie for each account, signed by the server, so that failed
 * attempts of others do not lock it out (throttle.ts). The cookie alone grants no access, and a new password
 * invalidates it. Its second signature outlives the password: it says that the account's owner knows of the device.
 */
import { networkOf } from "@/lib/core/actor";
import type { Client } from "@/lib/identity/accounts/service.sessions";
import type { UserRecord } from "@/lib/identity/accounts/store.rows";

type Signer = { sign: (text: string) => string; same: (a: string, b: string) => boolean; newNonce: () => string };
type Known = Pick<UserRecord, "id" | "password_hash">;

const MAX_LOOKED_AT = 20;

export function createDevices({ sign, same, newNonce }: Signer) {
  const signature = (user: Known, nonce: string) => sign(`${user.id}:${nonce}:${user.password_hash}`);
  const lasting = (user: Pick<Known, "id">, nonce: string) => sign(`seen:${user.id}:${nonce}`);

  return {
    /** The cookie's value for a device that signed in to the account. */
    issue(user: Known): string {
      const nonce = newNonce();
      return `${nonce}.${lasting(user, nonce)}.${signature(user, nonce)}`;
    },

    /** Returns the device's id if one of its cookies belongs to this account. */
    recognise(user: Known, cookies: readonly string[] = []): string | undefined {
      for (const cookie of cookies.slice(0, MAX_LOOKED_AT)) {
        const [nonce = "", ...given] = cookie.split(".");
        if (nonce && same(given.at(-1) ?? "", signature(user, nonce))) return nonce;
      }
      return undefined;
    },

    /** Returns whether one of the device's cookies says that it signed in to this account before. */
    hasSignedIn(user: Known, cookies: readonly string[] = []): boolean {
      return cookies.slice(0, MAX_LOOKED_AT).some((cookie) => {
        const [nonce = "", ...given] = cookie.split(".");
        if (nonce === "") return false;
        // Cookies that are older than the second signature have only the first.
        return same(given.at(-2) ?? "", lasting(user, nonce)) || same(given.at(-1) ?? "", signature(user, nonce));
      });
    },

    /** Returns the name and network of a client as a keyed hash: clients without cookies are known by it. */
    fingerprint: ({ id }: Pick<Known, "id">, { ip, userAgent = "" }: Client): string =>
      sign(`client:${id}:${networkOf(ip)}:${userAgent}`),
  };
}

export type Devices = ReturnType<typeof createDevices>;
