import type { Metadata } from "next";
import Link from "next/link";
import { AuthCard } from "../auth-card";
import { SetupForm } from "./setup-form";

// The address holds a secret: it must not travel on in a Referer.
export const metadata: Metadata = { title: "Set up", referrer: "no-referrer" };

export default async function SetupPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token === "string" && token !== "") return <SetupForm token={token} />;
  return (
    <AuthCard
      title="Claim this server"
      description="A fresh server prints a one-time setup link when it first starts, and writes it to a file in its data folder. Open that link to create the first admin."
      footer={
        <Link href="/login" className="text-accent hover:underline">
          Already set up? Sign in
        </Link>
      }
    />
  );
}
