"use client";
import { ArrowLeft, ExternalLink } from "lucide-react";
import Link from "next/link";
import { StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { CodeBlock, CopyButton } from "@/app/_ui/code-block";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { useHydrated } from "@/app/_ui/use-hydrated";
import type { StatusPage } from "@/lib/operations/status-pages/contract";
import { type StatusPageReply, useStatusPage } from "@/lib/operations/status-pages/queries";
import { Fact } from "../_shared/side-panel";
import { useReach } from "../_shared/use-reach";
import { Incidents } from "./incidents";
import { type Reader, VISIBILITIES } from "./labels";
import { PageActions } from "./page-actions";

type Props = { reader: Reader; initial: StatusPageReply };

/** One status page: where it is read, its incidents, and badges for other sites. */
export function StatusPagePage({ reader, initial }: Props) {
  const query = useStatusPage(initial.page.page_id, initial);
  const reach = useReach(reader);
  return (
    <>
      <Link
        href="/dashboard/status-pages"
        className="mb-2 inline-flex items-center gap-1 text-[13px] text-muted hover:text-text"
      >
        <ArrowLeft className="size-3.5" aria-hidden /> Status pages
      </Link>
      <QueryState query={query} data={query.data?.page} failure="The status page could not be loaded">
        {(page) => (
          <>
            <PageHeader
              title={<bdi>{page.title}</bdi>}
              description={page.description}
              actions={page.can_manage ? <PageActions page={page} teams={reach.managed} /> : null}
            />
            <div className="grid items-start gap-4 xl:grid-cols-2">
              <Incidents page={page} />
              <div className="min-w-0 space-y-4">
                <Address page={page} team={reach.nameOf(page.team_id)} />
                {page.visibility === "off" ? null : <Badges page={page} />}
              </div>
            </div>
          </>
        )}
      </QueryState>
    </>
  );
}

/** The address of this server as the browser sees it; empty until the page has hydrated. */
function useOrigin(): string {
  return useHydrated() ? window.location.origin : "";
}

function Address({ page: { path, visibility }, team }: { page: StatusPage; team: string | undefined }) {
  const origin = useOrigin();
  return (
    <Card>
      <CardHeader>
        <CardTitle>Overview</CardTitle>
        <StatusDot status={VISIBILITIES[visibility].label} tone={VISIBILITIES[visibility].tone} />
      </CardHeader>
      <dl className="px-4 py-2">
        <Fact label="Address">
          <span className="break-all font-mono text-[13px]">{path}</span>
          <CopyButton text={`${origin}${path}`} label="Copy address" />
        </Fact>
        {team ? (
          <Fact label="Team">
            <bdi>{team}</bdi>
          </Fact>
        ) : null}
      </dl>
      <div className="border-line border-t px-4 py-3">
        {visibility === "off" ? (
          <p className="text-[13px] text-muted">
            Nobody can read it. Edit the page to show it by link or to everybody.
          </p>
        ) : (
          <Button asChild>
            <a href={path} target="_blank" rel="noreferrer">
              <ExternalLink aria-hidden /> Open status page
            </a>
          </Button>
        )}
      </div>
    </Card>
  );
}

function Badges({ page: { path, slug, title } }: { page: StatusPage }) {
  const origin = useOrigin();
  const [, key] = path.split("?key=");
  const address = (show: "state" | "uptime") => {
    const query = new URLSearchParams({ ...(key ? { key } : {}), ...(show === "uptime" ? { show } : {}) });
    return `/api/status/${slug}/badge${query.size > 0 ? `?${query}` : ""}`;
  };
  // Brackets would end the text of a markdown picture.
  const text = title.replace(/[[\]\\]/g, "\\$&");
  return (
    <Card>
      <CardHeader>
        <CardTitle>Badges</CardTitle>
      </CardHeader>
      <div className="space-y-3 px-4 py-3">
        <p className="text-[13px] text-muted">Pictures for a README or a web site. They are at most a minute old.</p>
        {(["state", "uptime"] as const).map((show) => (
          <div key={show} className="space-y-1.5">
            {/* biome-ignore lint/performance/noImgElement: a small SVG of this server needs no optimisation */}
            <img src={address(show)} alt={show === "state" ? "State of the page" : "Uptime of the page"} height={20} />
            <CodeBlock code={`[![${text}](${origin}${address(show)})](${origin}${path})`} />
          </div>
        ))}
      </div>
    </Card>
  );
}
