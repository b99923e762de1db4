import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { BotsPage } from "../_bots/bots-page";

export const metadata: Metadata = { title: "Bots" };

export default async function Page() {
  const { role } = await requireActor();
  return <BotsPage admin={role === "admin"} />;
}
