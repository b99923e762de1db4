import type { Metadata } from "next";
import { AuthCard } from "../auth-card";
import { linkToken, type TokenPage } from "../link-token";
import { ConfirmForm } from "./confirm-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Confirm alert messages", referrer: "no-referrer" };

export default async function ConfirmPage(page: TokenPage) {
  const token = await linkToken(page);
  if (token !== undefined) return <ConfirmForm token={token} />;
  return <AuthCard title="This link is incomplete" description="Open the complete link from the email." />;
}
