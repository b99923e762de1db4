"use client";
import { RotateCw } from "lucide-react";
import { Badge, StatusDot } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { StaleNote } from "@/app/_ui/empty-state";
import { TimeFor } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import { errorText, type ResponseOf } from "@/lib/client/api";
import { countText } from "@/lib/core/format/units";
import type { listServices } from "@/lib/operations/system/contract";
import { useClearCache, useRestartService, useServices } from "@/lib/operations/system/queries";
import { BackgroundJobs } from "./jobs";

type Listed = ResponseOf<typeof listServices>;
type Service = Listed["services"][number];

/** Background services with a restart button each, and the in-memory caches with a button that clears them. */
export function Services({ initial }: { initial: Listed }) {
  const { data, isError, error, refetch } = useServices(initial);
  const count = (state: Service["state"]) => data.services.filter((one) => one.state === state).length;
  const [failed, stopped] = [count("failed"), count("stopped")];
  return (
    <>
      <div className="grid gap-4 xl:grid-cols-[2fr_1fr]">
        <Card>
          <CardHeader>
            <CardTitle>Services</CardTitle>
            <Badge tone={failed ? "bad" : "ok"}>
              {failed ? `${failed} failed` : stopped ? `${stopped} turned off` : "all running"}
            </Badge>
          </CardHeader>
          {isError ? <StaleNote message={errorText(error)} onRetry={() => void refetch()} /> : null}
          <ul>
            {data.services.map((service) => (
              <Row key={service.name} service={service} />
            ))}
          </ul>
        </Card>
        <Caches caches={data.caches} />
      </div>
      <BackgroundJobs jobs={data.jobs} />
    </>
  );
}

/** A stopped service is neutral: it belongs to a feature that is switched off, which is no failure. */
const TONE = { running: "ok", stopped: "neutral", failed: "bad" } as const;

function Row({ service }: { service: Service }) {
  const restart = useRestartService();
  const { name, description, state, since, restarts, error } = service;
  return (
    <li className="flex min-h-11 flex-wrap items-center gap-x-3 border-line border-b px-4 py-1.5 last:border-b-0">
      <StatusDot status={state} tone={TONE[state]} className="w-20" />
      <div className="min-w-0 flex-1 basis-48">
        <p className="font-medium">{name}</p>
        <p className="text-[13px] text-muted">{error ?? description}</p>
      </div>
      <span className="text-[13px] text-faint">
        {restarts > 0 ? `restarted ${restarts === 1 ? "once" : `${restarts} times`}, ` : ""}
        {state} for <TimeFor at={since} />
      </span>
      <Button
        size="sm"
        loading={restart.isPending}
        aria-label={`Restart ${name}`}
        onClick={() =>
          restart.mutate(name, {
            onSuccess: ({ success, message }) => (success ? toast.success(message) : toast.error(message)),
            onError: (problem) => toast.error(errorText(problem)),
          })
        }
      >
        <RotateCw aria-hidden />
        Restart
      </Button>
    </li>
  );
}

function Caches({ caches }: { caches: Listed["caches"] }) {
  const clear = useClearCache();
  return (
    <Card className="self-start">
      <CardHeader>
        <CardTitle>Caches</CardTitle>
        <Button
          size="sm"
          loading={clear.isPending}
          title="Muster fills them again as it needs them"
          onClick={() =>
            clear.mutate(undefined, {
              onSuccess: ({ clearedItems }) => toast.success(`Caches cleared: ${countText(clearedItems, "item")}`),
              onError: (problem) => toast.error(errorText(problem)),
            })
          }
        >
          Clear caches
        </Button>
      </CardHeader>
      <dl>
        {caches.map(({ name, items }) => (
          <div
            key={name}
            className="flex min-h-8 items-center justify-between gap-3 border-line border-b px-4 last:border-b-0"
          >
            <dt className="text-muted">{name.replaceAll("_", " ")}</dt>
            <dd className="tnum">{countText(items, "item")}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
