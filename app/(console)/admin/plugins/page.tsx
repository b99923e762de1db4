import type { Metadata } from "next";
import { requireActor } from "@/app/_server/actor";
import { Switched } from "@/app/_server/switched";
import { builtApp } from "@/lib/app.built";
import { pageData } from "@/lib/client/page-data";
import { PluginsPage } from "./plugins-page";

export const metadata: Metadata = { title: "Plugins" };

export default async function Page() {
  const actor = await requireActor("admin");
  return (
    <Switched feature="plugins">
      {async () => <PluginsPage initial={pageData(await builtApp().plugins.list(actor))} />}
    </Switched>
  );
}
