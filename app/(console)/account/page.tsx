import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { readConsole, requireUser } from "@/app/_server/user";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { PageHeader } from "@/app/_ui/page-header";
import { getDiscordLink } from "@/generated/calls/community/discord";
import { getMe } from "@/generated/calls/identity/accounts";
import { listApiKeys, listSessions } from "@/generated/calls/identity/accounts/credentials";
import { listSsoLinks } from "@/generated/calls/identity/sso";
import { problemText as discordProblem } from "@/lib/community/discord/contract";
import { problemText as ssoProblem } from "@/lib/identity/sso/contract";
import {
  ApiKeys,
  DeleteAccount,
  DiscordAccount,
  EmailAddress,
  Identities,
  Notifications,
  OwnActivity,
  Passkeys,
  PasswordForm,
  ProfileForm,
  SecondFactor,
  Sessions,
  UsageCard,
} from "./later";
import { SignOutOffer } from "./sign-out-offer";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage({
  searchParams,
}: {
  searchParams: Promise<{ discord?: string | string[]; sso?: string | string[] }>;
}) {
  const { id, username, role, needs_second_factor, needs_new_password } = await requireUser();
  const { accepts_passwords: acceptsPasswords } = await readConsole();
  if (needs_new_password) return <NewPasswordPage username={username} role={role} />;
  if (needs_second_factor) return <SetUpPage username={username} role={role} />;
  const [query, { user }, sessions, keys, link, identities] = await Promise.all([
    searchParams,
    read(getMe, {}),
    read(listSessions, {}),
    read(listApiKeys, {}),
    read(getDiscordLink, {}),
    read(listSsoLinks, {}),
  ]);
  return (
    <div className="max-w-4xl">
      <PageHeader title="Account" description={`Signed in as ${username} (${role})`} />
      <div className="space-y-4">
        <ProfileForm user={user} />
        <EmailAddress current={user.email} />
        <Password
          directory={identities.directory}
          acceptsPasswords={acceptsPasswords}
          hasPassword={link.has_password}
        />
        <SignOutOffer initial={sessions} />
        <Passkeys />
        <SecondFactor hasPassword={link.has_password} />
        <DiscordAccount initial={link} acceptsPasswords={acceptsPasswords} problem={discordProblem(query.discord)} />
        <Identities initial={identities} acceptsPasswords={acceptsPasswords} problem={ssoProblem(query.sso)} />
        <Notifications role={role} />
        <Sessions initial={sessions} />
        <ApiKeys admin={role === "admin"} initial={keys} />
        <UsageCard teamId={id} />
        <OwnActivity userId={id} />
        <DeleteAccount username={username} hasPassword={link.has_password} />
      </div>
    </div>
  );
}

/** The account page while the password is a weak one of API_EXTRA_USERS. */
function NewPasswordPage({ username, role }: { username: string; role: string }) {
  return (
    <div className="max-w-4xl">
      <PageHeader title="Choose a new password" description={`Signed in as ${username} (${role})`} />
      <p className="mb-4">
        Your password was set in this server's settings and is too weak. Choose a new one, then sign in with it.
      </p>
      <PasswordForm hasPassword />
    </div>
  );
}

/** The parts of the page for somebody who has to add a second factor first. */
async function SetUpPage({ username, role }: { username: string; role: string }) {
  const [sessions, link, { accepts_passwords }] = await Promise.all([
    read(listSessions, {}),
    read(getDiscordLink, {}),
    readConsole(),
  ]);
  return (
    <div className="max-w-4xl">
      <PageHeader title="Account" description={`Signed in as ${username} (${role})`} />
      <div className="space-y-4">
        <SignOutOffer initial={sessions} />
        <Passkeys />
        <SecondFactor hasPassword={link.has_password} />
        {accepts_passwords ? <PasswordForm hasPassword={link.has_password} /> : null}
        <Sessions initial={sessions} />
      </div>
    </div>
  );
}

type PasswordProps = { directory: string | null; acceptsPasswords: boolean; hasPassword: boolean };

/** Changes the password, or says where it is changed. */
function Password({ directory, acceptsPasswords, hasPassword }: PasswordProps) {
  if (directory === null) return acceptsPasswords ? <PasswordForm hasPassword={hasPassword} /> : null;
  return (
    <Card>
      <CardHeader>
        <CardTitle>Password</CardTitle>
      </CardHeader>
      <p className="p-4 text-muted">You sign in with your {directory} password. Change it there.</p>
    </Card>
  );
}
