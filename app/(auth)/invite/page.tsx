import type { Metadata } from "next";
import { readConsole } from "../../_server/user";
import { IncompleteLink, linkToken, type TokenPage } from "../link-token";
import { InviteForm } from "./invite-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

export default async function InvitePage(page: TokenPage) {
  const token = await linkToken(page);
  if (token !== undefined) {
    const { user } = await readConsole();
    return <InviteForm token={token} username={user?.username} />;
  }
  return (
    <IncompleteLink
      description="Open the complete link of your invitation, or ask for a new one."
      href="/login"
      label="Sign in"
    />
  );
}
