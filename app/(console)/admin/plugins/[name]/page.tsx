import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { read } from "@/app/_server/api";
import { Switched } from "@/app/_server/switched";
import { requireUser } from "@/app/_server/user";
import { getPlugin } from "@/generated/calls/operations/plugins";
import { pageData } from "@/lib/client/page-data";
import { PluginPage } from "../plugin-page";

export const metadata: Metadata = { title: "Plugin" };

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  await requireUser("admin");
  return (
    <Switched feature="plugins">
      {async () => {
        const { plugin } = await read(getPlugin, { params: { name } }).catch(() => notFound());
        return <PluginPage initial={pageData(plugin)} />;
      }}
    </Switched>
  );
}
