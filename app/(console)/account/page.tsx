import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { builtApp } from "@/lib/app.built";
import { problemText } from "@/lib/community/discord/contract";
import { ApiKeys } from "./api-keys";
import { DeleteAccount } from "./delete-account";
import { DiscordAccount } from "./discord";
import { Notifications } from "./notifications";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { Sessions } from "./sessions";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({
  searchParams,
}: {
  searchParams: Promise<{ discord?: string | string[] }>;
}) {
  const actor = await requireActor();
  const { user_id, username, role } = actor;
  const [query, user, sessions, keys, link] = await Promise.all([
    searchParams,
    builtApp().accounts.get(actor, String(user_id)),
    builtApp().accounts.listSessions(actor),
    builtApp().accounts.listKeys(actor),
    builtApp().discord.status(actor),
  ]);
  return (
    <div className="max-w-4xl">
      <PageHeader title="Account" description={`Signed in as ${username} (${role})`} />
      <div className="space-y-4">
        <ProfileForm user={user} />
        <PasswordForm hasPassword={link.has_password} />
        <DiscordAccount initial={link} problem={problemText(query.discord)} />
        <Notifications role={role} />
        <Sessions initial={sessions} />
        <ApiKeys admin={role === "admin"} initial={keys} />
        <DeleteAccount username={username} />
      </div>
    </div>
  );
}
