import type { Metadata } from "next";
import { AuthCard } from "../auth-card";
import { ConfirmForm } from "./confirm-form";

// The address holds a secret token. Send no Referer header, or the next site would receive the token.
export const metadata: Metadata = { title: "Confirm alert messages", referrer: "no-referrer" };

export default async function ConfirmPage({ searchParams }: { searchParams: Promise<{ token?: string | string[] }> }) {
  const { token } = await searchParams;
  if (typeof token === "string" && token !== "") return <ConfirmForm token={token} />;
  return <AuthCard title="This link is incomplete" description="Open the complete link from the email." />;
}
