import { redirect } from "next/navigation";
import { pageActor } from "./_server/actor";

export default async function Home() {
  redirect((await pageActor()) ? "/dashboard" : "/login");
}
