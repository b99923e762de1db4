import type { Metadata } from "next";
import { builtApp } from "@/lib/app.built";
import { ForgotForm } from "./forgot-form";

/** Rendered for each request, because only the running server knows whether it can send mail. */
export const dynamic = "force-dynamic";
export const metadata: Metadata = { title: "Reset your password" };

export default function ForgotPage() {
  return <ForgotForm sendsMail={builtApp().mail.status().mode === "smtp"} />;
}
