/** Tells pages who is signed in and what this server offers. */
import type { z } from "zod";
import type { Actor } from "@/lib/core/actor";
import type { MailRoom } from "@/lib/core/mail";
import type { SettingsRoom } from "@/lib/core/settings";
import { switchedOff } from "@/lib/core/settings/contract";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { getConsole } from "./contract.console";

type Console = z.infer<typeof getConsole.response>;
export type ConsoleDeps = {
  accounts: Pick<AccountsRoom["accounts"], "get" | "signup">;
  config: Pick<SettingsRoom["config"], "section">;
  discord: { available(): boolean };
  mail: Pick<MailRoom["mail"], "status">;
};

export function createConsole({ accounts, config, discord, mail }: ConsoleDeps) {
  const sendsMail = () => mail.status().mode === "smtp";

  async function userOf(actor: Actor): Promise<Console["user"]> {
    if (actor.kind !== "user") return null;
    const profile = await accounts.get(actor, String(actor.user_id));
    const { id, username, email, fullname, role, time_zone, clock } = profile;
    const email_verified = profile.email_verified || !sendsMail();
    return { id, username, email, fullname, role, time_zone, clock, email_verified };
  }

  return async function describe(actor: Actor): Promise<Console> {
    const [user, features, signup] = await Promise.all([userOf(actor), config.section("features"), accounts.signup()]);
    return {
      ...{ user, signup },
      features_off: switchedOff(features),
      has_discord: discord.available(),
      sends_mail: sendsMail(),
    };
  };
}
