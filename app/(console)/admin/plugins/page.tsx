import type { Metadata } from "next";
import { read } from "@/app/_server/api";
import { Switched } from "@/app/_server/switched";
import { requireUser } from "@/app/_server/user";
import { listPlugins } from "@/generated/calls/operations/plugins";
import { pageData } from "@/lib/client/page-data";
import { PluginsPage } from "./plugins-page";

export const metadata: Metadata = { title: "Plugins" };

export default async function Page() {
  await requireUser("admin");
  return (
    <Switched feature="plugins">
      {async () => <PluginsPage initial={pageData((await read(listPlugins, {})).plugins)} />}
    </Switched>
  );
}
