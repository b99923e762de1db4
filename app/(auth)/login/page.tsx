import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { builtApp } from "@/lib/app.built";
import { problemText } from "@/lib/community/discord/contract";
import { pageActor } from "../../_server/actor";
import { safeNext } from "../next-path";
import { LoginForm } from "./login-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function LoginPage({
  searchParams,
}: {
  searchParams: Promise<{ next?: string | string[]; done?: string | string[]; error?: string | string[] }>;
}) {
  const query = await searchParams;
  const next = safeNext(query.next);
  if (await pageActor()) redirect(next);
  const mode = await builtApp().accounts.signup();
  return (
    <LoginForm
      next={next}
      openSignup={mode === "open" || mode === "verified"}
      isUnclaimed={mode === "unclaimed"}
      passwordChanged={query.done === "password"}
      discord={builtApp().discord.available()}
      refusal={problemText(query.error)}
    />
  );
}
