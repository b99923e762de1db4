/** How invitations are shown, and how their links reach people. */
import { withoutAct } from "@/lib/core/acts";
import { type Clock, iso, isoOrNull } from "@/lib/core/clock";
import { AppError } from "@/lib/core/errors";
import type { Mail } from "@/lib/core/mail";
import type { Role } from "@/lib/identity/accounts/contract";
import type { Invitation } from "./contract";
import type { Named } from "./store";

type Deps = {
  sendMail: (mail: Mail) => Promise<unknown>;
  now: Clock;
  newToken: () => string;
  hash: (token: string) => string;
  publicUrl: string;
};

const DAY_MS = 86_400_000;

export const roleOf = (text: string): Role => (text === "admin" || text === "moderator" ? text : "user");

/** @param names names of teams by their ids */
export const shown = (row: Named, at: number, names: ReadonlyMap<number, string>): Invitation => ({
  ...{ id: row.id, email: row.email, role: roleOf(row.role), created_by: row.creator },
  state: row.used_at !== null ? "accepted" : row.expires_at <= at ? "expired" : "open",
  ...{ created_at: iso(row.created_at), expires_at: iso(row.expires_at) },
  ...{ accepted_at: isoOrNull(row.used_at), accepted_by: row.guest },
  team: row.team_id === null ? null : { id: row.team_id, name: names.get(row.team_id) ?? "" },
  team_role: row.team_role,
});

/** `team`: the name of the team it is for. */
type Written = { to: string; inviter: string; days: number; link: string; expiresAt: number; team?: string };

function letter({ to, inviter, days, link, expiresAt, team }: Written): Mail {
  const time = days === 1 ? "a day" : `${days} days`;
  const what = team === undefined ? "create an account" : `join the team "${team}"`;
  return {
    kind: "reset",
    expiresAt,
    to,
    subject: "You are invited",
    text: `Hello,\n\n${inviter} invites you to ${what}. Open this link within ${time}:\n\n${link}\n\nThe link works once. If you do not know ${inviter}, ignore this message.\n`,
  };
}

type Request = { email?: string; delivery: "mail" | "link"; expires_in_days: number };
type Sender = { user_id: number; username: string };

export function createDelivery({ sendMail, now, newToken, hash, publicUrl }: Deps) {
  return {
    /** Returns the fields of a new invitation's row that say how it is delivered, and its link. */
    prepare({ email, delivery, expires_in_days: days }: Request, by: Sender) {
      const [token, at] = [newToken(), now()];
      const row = {
        ...{
          token_hash: hash(token),
          email: email ?? null,
          is_mailed: Number(delivery === "mail"),
          created_by: by.user_id,
        },
        ...{ created_at: at, expires_at: at + days * DAY_MS },
      };
      return { row, link: `${publicUrl}/invite?token=${encodeURIComponent(token)}` };
    },

    /**
     * Mails the link, if it is to be mailed.
     *
     * @param withdraw takes the invitation back when it cannot be mailed
     * @returns the link if it is to be handed over; null when it was mailed
     * @throws AppError RATE_LIMITED the address got too many messages
     */
    async send(
      { email, delivery, expires_in_days: days }: Request,
      { link, inviter, team, expiresAt }: { link: string; inviter: string; team?: string; expiresAt: number },
      withdraw: () => Promise<unknown>,
    ): Promise<string | null> {
      if (delivery === "link") return link;
      const outcome = await sendMail(letter({ to: email!, inviter, days, link, expiresAt, team }));
      if (outcome !== "limited") return null;
      await withoutAct(withdraw);
      throw new AppError(
        "RATE_LIMITED",
        "This address got three messages within the hour: hand over a link",
        undefined,
        1200,
      );
    },
  };
}

export type Delivery = ReturnType<typeof createDelivery>;
