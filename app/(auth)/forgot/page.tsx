import type { Metadata } from "next";
import { readConsole } from "@/app/_server/user";
import { ForgotForm } from "./forgot-form";

export const metadata: Metadata = { title: "Reset your password" };

export default async function ForgotPage() {
  return <ForgotForm sendsMail={(await readConsole()).sends_mail} />;
}
