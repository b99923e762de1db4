import type { Metadata } from "next";
import Link from "next/link";
import { redirect } from "next/navigation";
import { builtApp } from "@/lib/app.built";
import { pageActor } from "../../_server/actor";
import { AuthCard } from "../auth-card";
import { SignupForm } from "./signup-form";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignupPage() {
  if (await pageActor()) redirect("/dashboard");
  const mode = await builtApp().accounts.signup();
  if (mode === "unclaimed") redirect("/setup");
  if (mode !== "closed") return <SignupForm discord={builtApp().discord.available()} />;
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
