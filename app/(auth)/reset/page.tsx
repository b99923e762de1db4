import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "../auth-card";
import { ResetForm } from "./reset-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Set a new password", referrer: "no-referrer" };

export default async function ResetPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token === "string" && token !== "") return <ResetForm token={token} />;
  return (
    <AuthCard
      title="This link is incomplete"
      description="Open the complete link from the email, or request a new one."
      footer={
        <Link href="/forgot" className="text-accent hover:underline">
          Request a new link
        </Link>
      }
    />
  );
}
