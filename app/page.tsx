import { redirect } from "next/navigation";
import { accounts } from "@/lib/identity/accounts";
import { pageActor } from "./_server/actor";

export default async function Home() {
  if (await pageActor()) redirect("/dashboard");
  redirect((await accounts.isClaimed()) ? "/login" : "/setup");
}
