import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "../auth-card";
import { VerifyForm } from "./verify-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Verify your email address", referrer: "no-referrer" };

export default async function VerifyPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token === "string" && token !== "") return <VerifyForm token={token} />;
  return (
    <AuthCard
      title="This link is incomplete"
      description="Open the complete link from the email. To get a new one, sign in and choose Send again at the top of the page."
      footer={
        <Link href="/dashboard" className="text-accent hover:underline">
          Go to the dashboard
        </Link>
      }
    />
  );
}
