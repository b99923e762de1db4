import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { readConsole } from "@/app/_server/user";
import { ForgotForm } from "./forgot-form";

export const metadata: Metadata = { title: "Reset your password" };

export default async function ForgotPage() {
  const { accepts_passwords, sends_mail } = await readConsole();
  // Where AUTH_PASSWORD is off, the sign-in page shows the ways that are open.
  if (!accepts_passwords) redirect("/login");
  return <ForgotForm sendsMail={sends_mail} />;
}
