"use client";
import { Megaphone, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { EmptyState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { LoadMore } from "@/app/_ui/load-more";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { toast } from "@/app/_ui/toast";
import { IncidentEntry } from "@/app/status/[slug]/incident-entry";
import type { StatusPage } from "@/lib/operations/status-pages/contract";
import type { Incident } from "@/lib/operations/status-pages/contract.incidents";
import { useDeleteIncident, useStatusIncidents } from "@/lib/operations/status-pages/queries";

const ReportDialog = lazyPart(() => import("./incident-dialogs").then((part) => part.ReportDialog));
const UpdateDialog = lazyPart(() => import("./incident-dialogs").then((part) => part.UpdateDialog));

/** The incidents that people reported on a page, with their updates. */
export function Incidents({ page: { page_id, can_manage } }: { page: StatusPage }) {
  const list = useStatusIncidents(page_id);
  const [isReporting, setReporting] = useState(false);
  return (
    <Card>
      <CardHeader>
        <CardTitle>Incidents</CardTitle>
        {can_manage ? (
          <Button size="sm" variant="primary" onPointerEnter={ReportDialog.preload} onClick={() => setReporting(true)}>
            Report incident
          </Button>
        ) : null}
      </CardHeader>
      <QueryState
        query={list}
        data={list.data?.pages.flatMap(({ incidents }) => incidents)}
        failure="Incidents could not be loaded"
        loading={<SkeletonRows rows={2} columns={2} />}
        empty={
          <EmptyState
            icon={<Megaphone />}
            title="No incidents"
            description="Outages of bots appear on the page by themselves. Report an incident to say what is wrong and what you do about it."
          />
        }
      >
        {(incidents) => (
          <ul aria-label="Incidents">
            {incidents.map((incident) => (
              <IncidentEntry
                key={incident.incident_id}
                incident={incident}
                actions={can_manage ? <Actions pageId={page_id} incident={incident} /> : null}
              />
            ))}
          </ul>
        )}
      </QueryState>
      <LoadMore list={list}>Show more incidents</LoadMore>
      {isReporting ? <ReportDialog pageId={page_id} onClose={() => setReporting(false)} /> : null}
    </Card>
  );
}

function Actions({ pageId, incident }: { pageId: string; incident: Incident }) {
  const [isUpdating, setUpdating] = useState(false);
  const remove = useDeleteIncident(pageId);
  return (
    <>
      <Button size="sm" onPointerEnter={UpdateDialog.preload} onClick={() => setUpdating(true)}>
        Add update
      </Button>
      <ConfirmDialog
        trigger={
          <Button size="sm">
            <Trash2 aria-hidden /> Delete
          </Button>
        }
        title={`Delete incident ${incident.title}`}
        consequence="Readers of the page no longer see it, nor its updates."
        verb="Delete incident"
        onConfirm={async () => {
          await remove.mutateAsync(incident.incident_id);
          toast.success(`Incident ${incident.title} deleted`);
        }}
      />
      {isUpdating ? <UpdateDialog pageId={pageId} incident={incident} onClose={() => setUpdating(false)} /> : null}
    </>
  );
}
