import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache } from "react";
import { read } from "@/app/_server/api";
import { getStatusReport } from "@/generated/calls/operations/status-pages";
import { ApiError } from "@/lib/client/api";
import { ReportView } from "./report-view";

type Props = { params: Promise<{ slug: string }>; searchParams: Promise<{ key?: string | string[] }> };

const reportOf = cache((slug: string, key: string | undefined) =>
  read(getStatusReport, { params: { slug }, query: { key } }).catch((error) => {
    if (error instanceof ApiError && [400, 404].includes(error.status)) notFound();
    throw error;
  }),
);

/** Reads the page that an address names, with the secret in it. */
async function shown({ params, searchParams }: Props) {
  const [{ slug }, { key: given }] = await Promise.all([params, searchParams]);
  const key = typeof given === "string" ? given : undefined;
  return { slug, key, report: await reportOf(slug, key) };
}

export async function generateMetadata(props: Props): Promise<Metadata> {
  const { report } = await shown(props);
  const isPublic = report.visibility === "public";
  return {
    title: { absolute: report.title },
    description: report.description || "The state of these bots.",
    robots: { index: isPublic, follow: false },
    // The address of a page by link holds a secret. Send no Referer header, or the next site would receive it.
    referrer: isPublic ? undefined : "no-referrer",
  };
}

export default async function Page(props: Props) {
  const { slug, key, report } = await shown(props);
  return <ReportView slug={slug} secret={key} initial={report} />;
}
