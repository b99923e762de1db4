import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { discord } from "@/lib/discord";
import { problemText } from "@/lib/discord/contract";
import { env } from "@/lib/env";
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
  return (
    <LoginForm
      next={next}
      openSignup={env.OPEN_SIGNUP}
      passwordChanged={query.done === "password"}
      discord={discord.available()}
      refusal={problemText(query.error)}
    />
  );
}
