import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { ApiKeys } from "./api-keys";
import { DeleteAccount } from "./delete-account";
import { PasswordForm } from "./password-form";
import { ProfileForm } from "./profile-form";
import { Sessions } from "./sessions";

export const metadata: Metadata = { title: "Account" };

export default async function AccountPage() {
  const { user_id, username, role } = await requireActor();
  return (
    <div className="max-w-4xl">
      <PageHeader title="Account" description={`Signed in as ${username} (${role})`} />
      <div className="space-y-4">
        <ProfileForm userId={user_id} />
        <PasswordForm />
        <Sessions />
        <ApiKeys admin={role === "admin"} />
        <DeleteAccount username={username} />
      </div>
    </div>
  );
}
