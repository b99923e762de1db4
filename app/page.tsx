import { redirect } from "next/navigation";
import { readConsole } from "./_server/user";

export default async function Home() {
  const { user, signup } = await readConsole();
  if (user) redirect("/dashboard");
  redirect(signup === "unclaimed" ? "/setup" : "/login");
}
