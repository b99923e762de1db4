/** Tells pages who is signed in and what this server offers. */
import type { z } from "zod";
import { type Actor, mayArea, type Role } from "@/lib/core/actor";
import type { MailRoom } from "@/lib/core/mail";
import type { SettingsRoom } from "@/lib/core/settings";
import { switchedOff } from "@/lib/core/settings/contract";
import { seesAll, type VisibleBots, visibleBots } from "@/lib/identity/access";
import type { AccountsRoom } from "@/lib/identity/accounts";
import type { SsoRoom } from "@/lib/identity/sso";
import type { getConsole } from "./contract.console";

type Console = z.infer<typeof getConsole.response>;
export type ConsoleDeps = {
  accounts: Pick<
    AccountsRoom["accounts"],
    | "get"
    | "signup"
    | "hasPasskeys"
    | "acceptsPasswords"
    | "directoryName"
    | "lacksSecondFactor"
    | "needsNewPassword"
    | "countWeakPasswords"
  >;
  config: Pick<SettingsRoom["config"], "section">;
  discord: { available(): boolean };
  sso: Pick<SsoRoom["sso"], "listed">;
  mail: Pick<MailRoom["mail"], "status">;
  tasks: { mayStart(role: Role): boolean };
  botTotals: (visible: VisibleBots | undefined) => Promise<{ bots: number }>;
};

export function createConsole({ accounts, config, discord, sso, mail, tasks, botTotals }: ConsoleDeps) {
  const sendsMail = () => mail.status().mode === "smtp";

  async function userOf(actor: Actor): Promise<Console["user"]> {
    // Everybody may read what the server offers, so the operation needs no area. The profile in it does.
    if (actor.kind !== "user" || !mayArea(actor, "account:read")) return null;
    const profile = await accounts.get(actor, String(actor.user_id));
    const { id, username, email, fullname, role, time_zone, clock } = profile;
    const email_verified = profile.email_verified || !sendsMail();
    const needs_second_factor = await accounts.lacksSecondFactor(actor);
    const has_bots = seesAll(actor) || (await botTotals(visibleBots(actor))).bots > 0;
    const needs_new_password = await accounts.needsNewPassword(actor);
    const weak_passwords = role === "admin" ? await accounts.countWeakPasswords() : 0;
    return {
      ...{ id, username, email, fullname, role, time_zone, clock, email_verified, has_bots, needs_second_factor },
      ...{ needs_new_password, weak_passwords, may_transfer: tasks.mayStart(role) },
    };
  }

  return async function describe(actor: Actor): Promise<Console> {
    const [user, features, signup] = await Promise.all([userOf(actor), config.section("features"), accounts.signup()]);
    return {
      ...{ user, signup },
      features_off: switchedOff(features),
      has_discord: discord.available(),
      accepts_passwords: accounts.acceptsPasswords,
      directory: accounts.directoryName,
      providers: sso.listed(),
      has_passkeys: accounts.hasPasskeys(),
      sends_mail: sendsMail(),
    };
  };
}
