import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readConsole } from "@/app/_server/user";
import { IncompleteLink, linkToken, type TokenPage } from "../link-token";
import { ResetForm } from "./reset-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Set a new password", referrer: "no-referrer" };

export default async function ResetPage(page: TokenPage) {
  if (!(await readConsole()).accepts_passwords) redirect("/login");
  const token = await linkToken(page);
  if (token !== undefined) return <ResetForm token={token} />;
  return (
    <IncompleteLink
      description="Open the complete link from the email, or request a new one."
      href="/forgot"
      label="Request a new link"
    />
  );
}
