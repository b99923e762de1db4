import type { Metadata } from "next";
import { readConsole } from "@/app/_server/user";
import { IncompleteLink, linkToken, type TokenPage } from "../link-token";
import { NotMeForm } from "./not-me-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "That wasn't me", referrer: "no-referrer" };

export default async function NotMePage(page: TokenPage) {
  const [token, { accepts_passwords }] = [await linkToken(page), await readConsole()];
  if (token !== undefined) return <NotMeForm token={token} acceptsPasswords={accepts_passwords} />;
  return (
    <IncompleteLink
      description={`Open the complete link from the email${accepts_passwords ? ", or choose a new password" : ""}.`}
      href={accepts_passwords ? "/forgot" : "/login"}
      label={accepts_passwords ? "Choose a new password" : "Go to sign-in"}
    />
  );
}
