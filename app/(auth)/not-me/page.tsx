import type { Metadata } from "next";
import { IncompleteLink, linkToken, type TokenPage } from "../link-token";
import { NotMeForm } from "./not-me-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "That wasn't me", referrer: "no-referrer" };

export default async function NotMePage(page: TokenPage) {
  const token = await linkToken(page);
  if (token !== undefined) return <NotMeForm token={token} />;
  return (
    <IncompleteLink
      description="Open the complete link from the email, or choose a new password."
      href="/forgot"
      label="Choose a new password"
    />
  );
}
