"use client";
import { parseAsStringLiteral, useQueryState } from "@/app/_ui/address-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { PageHeader } from "@/app/_ui/page-header";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Tabs } from "@/app/_ui/tabs";
import { AlertList } from "./alert-list";
import type { Reader } from "./labels";

// Render these tabs only in the browser: a button that the server rendered would lose a click made before its code loads.
const loading = () => <SkeletonRows rows={6} columns={3} />;
const Rules = lazyPart(() => import("./rules").then((part) => part.Rules), loading);
const Channels = lazyPart(() => import("./channels").then((part) => part.Channels), loading);
const Maintenance = lazyPart(() => import("../_maintenance/maintenance").then((part) => part.Maintenance), loading);

const TABS = ["alerts", "rules", "channels", "maintenance"] as const;

/** Alerts, the rules that raise them, the channels they are sent to, and the times in which none are raised. */
export function AlertsPage({ reader }: { reader: Reader }) {
  const [tab] = useQueryState("tab", parseAsStringLiteral(TABS).withDefault("alerts"));
  return (
    <>
      <PageHeader title="Alerts" description="Problems that need attention, and who is notified about them." />
      <Tabs
        label="Alerts sections"
        current={tab}
        items={[
          { id: "alerts", label: "Alerts", href: "/dashboard/alerts" },
          { id: "rules", label: "Rules", href: "/dashboard/alerts?tab=rules" },
          { id: "channels", label: "Channels", href: "/dashboard/alerts?tab=channels" },
          { id: "maintenance", label: "Maintenance", href: "/dashboard/alerts?tab=maintenance" },
        ]}
      />
      <div className="mt-4">
        {tab === "alerts" ? <AlertList reader={reader} /> : null}
        {tab === "rules" ? <Rules reader={reader} /> : null}
        {tab === "channels" ? <Channels reader={reader} /> : null}
        {tab === "maintenance" ? <Maintenance reader={reader} /> : null}
      </div>
    </>
  );
}
