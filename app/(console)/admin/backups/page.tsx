import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { Switched } from "@/app/_server/switched";
import { builtApp } from "@/lib/app.built";
import { BackupsPage } from "./backups-page";

export const metadata: Metadata = { title: "Backups" };

export default async function Page() {
  const actor = await requireActor("admin");
  return (
    <Switched feature="backups">{async () => <BackupsPage initial={await builtApp().backups.list(actor)} />}</Switched>
  );
}
