import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { readConsole } from "../../_server/user";
import { AuthCard } from "../auth-card";
import { SignupForm } from "./signup-form";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignupPage() {
  const { user, signup, has_discord, accepts_passwords, providers } = await readConsole();
  if (user) redirect("/dashboard");
  if (signup === "unclaimed") redirect("/setup");
  // A first sign-in with a provider creates the account.
  if (!accepts_passwords) redirect("/login");
  if (signup !== "closed") return <SignupForm ways={{ discord: has_discord, providers }} />;
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
