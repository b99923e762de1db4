"use client";
import { Plus, Signpost } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { parseAsBoolean, useQueryState } from "@/app/_ui/address-state";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card } from "@/app/_ui/card";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { PageHeader } from "@/app/_ui/page-header";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { countText } from "@/lib/core/format/units";
import type { StatusPage } from "@/lib/operations/status-pages/contract";
import { useStatusPages } from "@/lib/operations/status-pages/queries";
import { OwnerFilter } from "../_shared/owner-select";
import { useReach } from "../_shared/use-reach";
import { type Reader, statusPageHref, VISIBILITIES } from "./labels";

const PageDialog = lazyPart(() => import("./page-dialog"));

/** Lists the status pages of the reader's teams, newest first. */
export function StatusPagesPage({ reader }: { reader: Reader }) {
  const reach = useReach(reader);
  const [team, setTeam] = useState<number>();
  const [isCreating, setCreating] = useQueryState("new", parseAsBoolean.withDefault(false));
  const list = useStatusPages(team);
  const create = () => void setCreating(true);
  return (
    <>
      <PageHeader
        title="Status pages"
        description="Show people without an account how your bots are."
        actions={
          <>
            <OwnerFilter teams={reach.teams} value={team} onChange={setTeam} />
            <Button variant="primary" onPointerEnter={PageDialog.preload} onClick={create}>
              <Plus aria-hidden /> Create status page
            </Button>
          </>
        }
      />
      <Card>
        <QueryState
          query={list}
          data={list.data?.pages.flatMap(({ pages }) => pages)}
          failure="Status pages could not be loaded"
          loading={<SkeletonRows rows={3} columns={2} />}
          empty={
            team === undefined ? (
              <NoPages onCreate={create} />
            ) : (
              <EmptyState title="This team has no status pages" filterHint={{ onClear: () => setTeam(undefined) }} />
            )
          }
        >
          {(pages) => (
            <ul aria-label="Status pages">
              {pages.map((page) => (
                <Row key={page.page_id} page={page} team={reach.nameOf(page.team_id)} />
              ))}
            </ul>
          )}
        </QueryState>
        <LoadMore list={list}>Show more status pages</LoadMore>
      </Card>
      {isCreating ? <PageDialog teams={reach.managed} onClose={() => void setCreating(null)} /> : null}
    </>
  );
}

function NoPages({ onCreate }: { onCreate: () => void }) {
  return (
    <EmptyState
      icon={<Signpost />}
      title="No status pages yet"
      description="A status page tells the people who use your bots whether they work, what is wrong, and since when."
      action={<Button onClick={onCreate}>Create status page</Button>}
      docs={{ href: "/docs/status-pages", label: "About status pages" }}
    />
  );
}

function Row({ page, team }: { page: StatusPage; team: string | undefined }) {
  const { page_id, title, slug, visibility, components } = page;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 border-line border-b px-4 py-2.5 last:border-b-0">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-x-2">
          <Link href={statusPageHref(page_id)} className="min-w-0 truncate font-medium text-sm hover:underline">
            <bdi>{title}</bdi>
          </Link>
          {team ? <Badge>{team}</Badge> : null}
        </p>
        <p className="truncate text-[13px] text-faint">
          /status/{slug}, {countText(components.length, "line")}
        </p>
      </div>
      <StatusDot status={VISIBILITIES[visibility].label} tone={VISIBILITIES[visibility].tone} />
    </li>
  );
}
