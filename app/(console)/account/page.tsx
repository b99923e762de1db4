import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { requireUser } from "@/app/_server/user";
import { PageHeader } from "@/app/_ui/page-header";
import { getDiscordLink } from "@/generated/calls/community/discord";
import { getMe } from "@/generated/calls/identity/accounts";
import { listApiKeys, listSessions } from "@/generated/calls/identity/accounts/credentials";
import { problemText } from "@/lib/community/discord/contract";
import { ApiKeys } from "./api-keys";
import { DeleteAccount } from "./delete-account";
import { DiscordAccount } from "./discord";
import { Notifications } from "./notifications";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { SecondFactor } from "./second-factor";
import { Sessions } from "./sessions";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({
  searchParams,
}: {
  searchParams: Promise<{ discord?: string | string[] }>;
}) {
  const { username, role } = await requireUser();
  const [query, { user }, sessions, keys, link] = await Promise.all([
    searchParams,
    read(getMe, {}),
    read(listSessions, {}),
    read(listApiKeys, {}),
    read(getDiscordLink, {}),
  ]);
  return (
    <div className="max-w-4xl">
      <PageHeader title="Account" description={`Signed in as ${username} (${role})`} />
      <div className="space-y-4">
        <ProfileForm user={user} />
        <PasswordForm hasPassword={link.has_password} />
        <SecondFactor hasPassword={link.has_password} />
        <DiscordAccount initial={link} problem={problemText(query.discord)} />
        <Notifications role={role} />
        <Sessions initial={sessions} />
        <ApiKeys admin={role === "admin"} initial={keys} />
        <DeleteAccount username={username} />
      </div>
    </div>
  );
}
