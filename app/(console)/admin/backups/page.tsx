import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { Switched } from "@/app/_server/switched";
import { backups } from "@/lib/operations/backups";
import { BackupsPage } from "./backups-page";

export const metadata: Metadata = { title: "Backups" };

export default async function Page() {
  const actor = await requireActor("admin");
  return <Switched feature="backups">{async () => <BackupsPage initial={await backups.list(actor)} />}</Switched>;
}
