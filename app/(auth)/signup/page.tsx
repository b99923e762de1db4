import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { readConsole } from "../../_server/user";
import { AuthCard } from "../auth-card";
import { SignupForm } from "./signup-form";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignupPage() {
  const { user, signup, has_discord } = await readConsole();
  if (user) redirect("/dashboard");
  if (signup === "unclaimed") redirect("/setup");
  if (signup !== "closed") return <SignupForm discord={has_discord} />;
  return (
    <AuthCard
      title="Sign-up is closed"
      description="Ask an admin of this server to create an account for you."
      footer={
        <Link href="/login" className="text-accent hover:underline">
          Back to sign in
        </Link>
      }
    />
  );
}
