import type { Metadata } from "next";
import { IncompleteLink, linkToken, type TokenPage } from "../link-token";
import { VerifyForm } from "./verify-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Verify your email address", referrer: "no-referrer" };

export default async function VerifyPage(page: TokenPage) {
  const token = await linkToken(page);
  if (token !== undefined) return <VerifyForm token={token} />;
  return (
    <IncompleteLink
      description="Open the complete link from the email. To get a new one, sign in and choose Send again at the top of the page."
      href="/dashboard"
      label="Go to the dashboard"
    />
  );
}
