import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { requireActor } from "@/app/_server/actor";
import { PageHeader } from "@/app/_ui/page-header";
import { builtApp } from "@/lib/app.built";
import { Users } from "./users";

export const metadata: Metadata = { title: "Users" };

export default async function UsersPage() {
  const actor = await requireActor("staff");
  return (
    <>
      <PageHeader title="Users" description="People who can use this server, and their roles." />
      <NuqsAdapter>
        <Users self={actor.user_id} readOnly={actor.role !== "admin"} initial={await builtApp().accounts.list(actor)} />
      </NuqsAdapter>
    </>
  );
}
