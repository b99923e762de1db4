import type { Metadata } from "next";
import { IncompleteLink, linkToken, type TokenPage } from "../link-token";
import { ConfirmEmailForm } from "./confirm-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Confirm your new email address", referrer: "no-referrer" };

export default async function ConfirmEmailPage(page: TokenPage) {
  const token = await linkToken(page);
  if (token !== undefined) return <ConfirmEmailForm token={token} />;
  return (
    <IncompleteLink
      description="Open the complete link from the email. To get a new one, change your address again on your account page."
      href="/account"
      label="Go to your account"
    />
  );
}
