import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { pageActor } from "../../_server/actor";
import { SignupForm } from "./signup-form";

export const metadata: Metadata = { title: "Create an account" };

export default async function SignupPage() {
  if (await pageActor()) redirect("/dashboard");
  return <SignupForm />;
}
