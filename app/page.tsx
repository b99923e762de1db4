import { redirect } from "next/navigation";
import { builtApp } from "@/lib/app.built";
import { pageActor } from "./_server/actor";

export default async function Home() {
  if (await pageActor()) redirect("/dashboard");
  redirect((await builtApp().accounts.isClaimed()) ? "/login" : "/setup");
}
