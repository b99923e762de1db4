import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { requireActor } from "@/app/_server/actor";
import { Switched } from "@/app/_server/switched";
import { builtApp } from "@/lib/app.built";
import { pageData } from "@/lib/client/page-data";
import { PluginPage } from "../plugin-page";

export const metadata: Metadata = { title: "Plugin" };

export default async function Page({ params }: { params: Promise<{ name: string }> }) {
  const { name } = await params;
  const actor = await requireActor("admin");
  const plugin = await builtApp()
    .plugins.get(actor, name)
    .catch(() => notFound());
  return <Switched feature="plugins">{() => <PluginPage initial={pageData(plugin)} />}</Switched>;
}
