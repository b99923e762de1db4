/**
 * Finishes a sign-in by a provider whose account has a second factor. Until the code arrives, the browser holds a signed
 * ticket that names the account; it grants nothing without a code.
 */
import type { Emit } from "@/lib/core/bus";
import type { Clock } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import { logSecurity } from "@/lib/core/log/security-log";
import type { Client, Sessions, SignedIn } from "@/lib/identity/accounts/service.sessions";
import { noteProved, noteTried } from "@/lib/identity/accounts/sign-in/record";
import type { Throttle } from "@/lib/identity/accounts/sign-in/throttle";
import type { UserStore } from "@/lib/identity/accounts/store";
import { type CodeCheck, wrongCode } from "./service";

/** A ticket is valid for ten minutes, as long as the sign-in at the provider was. */
const TICKET_MS = 600_000;

type TicketDeps = { now: Clock; sign: (text: string) => string; same: (a: string, b: string) => boolean };
type Deps = {
  users: Pick<UserStore, "find">;
  throttle: Pick<Throttle, "guard">;
  check: CodeCheck["check"];
  start: Sessions["start"];
  tickets: Pick<Tickets, "read">;
  emit: Emit;
};

export function createTickets({ now, sign, same }: TicketDeps) {
  const signature = (userId: string, expires: string) => sign(`sign-in:${userId}:${expires}`);
  return {
    issue(userId: number): string {
      const expires = String(now() + TICKET_MS);
      return `${userId}.${expires}.${signature(String(userId), expires)}`;
    },

    /** Returns the user's id; undefined for a ticket that expired or that this server did not issue. */
    read(ticket: string | undefined): number | undefined {
      const [userId = "", expires = "", given = ""] = (ticket ?? "").split(".");
      if (!same(given, signature(userId, expires)) || Number(expires) <= now()) return undefined;
      return Number(userId);
    },
  };
}

const over = () => new AppError("UNAUTHORIZED", "This sign-in took too long: begin again");

export type Tickets = ReturnType<typeof createTickets>;

export function createFinish({ users, throttle, check, start, tickets, emit }: Deps) {
  return {
    /**
     * @throws AppError UNAUTHORIZED  the ticket expired, or the code is wrong
     * @throws AppError RATE_LIMITED  too many wrong codes
     */
    async finishSignIn(ticket: string | undefined, otp: string, client: Client): Promise<SignedIn> {
      const id = tickets.read(ticket);
      const user = id === undefined ? null : await users.find(id);
      if (user) noteTried(user);
      if (!user?.is_active) throw over();
      const isRight = await throttle.guard({ code: user.id }, async () => {
        const code = await check(user.id, otp);
        // Turned off since: without a code, the ticket would be the only proof.
        if (code === "off") throw over();
        return code === "right";
      });
      if (!isRight) {
        emit("account.secured", { user_id: user.id, change: "wrong_code", name: "" });
        logSecurity("sign_in_failed", { user_id: user.id, username: user.username, address: client.ip, code: "wrong" });
        throw wrongCode();
      }
      noteProved(user);
      return start(user, client, "Login successful");
    },
  };
}
