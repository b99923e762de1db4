import type { Metadata } from "next";
import Link from "next/link";
import { readConsole } from "@/app/_server/user";
import { AuthCard } from "../auth-card";
import { linkToken, type TokenPage } from "../link-token";
import { SetupForm } from "./setup-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function SetupPage(page: TokenPage) {
  const token = await linkToken(page);
  if (token !== undefined) return <SetupForm token={token} />;
  if ((await readConsole()).signup !== "unclaimed")
    return (
      <AuthCard
        title="This server is set up"
        description="This server already has an admin. Sign in, or ask the admin for access."
        footer={signIn}
      />
    );
  return (
    <AuthCard
      title="Set up this server"
      description="This server has no admin yet. To become its admin, open its one-time setup link."
      footer={signIn}
    >
      <p>Someone with access to the machine can find the link in two places:</p>
      <ul className="mt-2 list-disc space-y-1 pl-5 text-muted">
        <li>in the server's startup output (its log or terminal)</li>
        <li>
          the file <code className="font-mono text-text">setup-link.txt</code> in the server's data folder
        </li>
      </ul>
      <p className="mt-3 text-[13px] text-faint">Sign-up opens once the server has an admin.</p>
    </AuthCard>
  );
}

const signIn = (
  <Link href="/login" className="text-accent hover:underline">
    Already set up? Sign in
  </Link>
);
