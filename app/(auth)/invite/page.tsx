import type { Metadata } from "next";
import { problemText as discordProblem } from "@/lib/community/discord/contract";
import { problemText as ssoProblem } from "@/lib/identity/sso/contract";
import { readConsole } from "../../_server/user";
import { linkToken } from "../link-token";
import { InviteForm } from "./invite-form";
import { ReturnedForm } from "./returned-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Invitation", referrer: "no-referrer" };

type Parameter = string | string[] | undefined;
type InvitePageProps = {
  searchParams: Promise<{ token?: string | string[]; error?: Parameter; sso_error?: Parameter }>;
};

export default async function InvitePage(page: InvitePageProps) {
  const [token, query] = [await linkToken(page), await page.searchParams];
  const { user, accepts_passwords, has_discord, providers } = await readConsole();
  const reader = {
    ...{ username: user?.username, acceptsPasswords: accepts_passwords, ways: { discord: has_discord, providers } },
    problem: discordProblem(query.error) ?? ssoProblem(query.sso_error),
  };
  // A sign-in at a provider ends here without the token, which the tab remembers.
  return token === undefined ? <ReturnedForm {...reader} /> : <InviteForm token={token} {...reader} />;
}
