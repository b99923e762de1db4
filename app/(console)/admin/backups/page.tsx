import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { Switched } from "@/app/_server/switched";
import { requireUser } from "@/app/_server/user";
import { listBackups } from "@/generated/calls/operations/backups";
import { BackupsPage } from "./backups-page";

export const metadata: Metadata = { title: "Backups" };

export default async function Page() {
  await requireUser("admin");
  return <Switched feature="backups">{async () => <BackupsPage initial={await read(listBackups, {})} />}</Switched>;
}
