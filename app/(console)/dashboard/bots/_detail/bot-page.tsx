"use client";
import Link from "next/link";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useAccessEnded } from "@/app/_shell/use-access-ended";
import { Button } from "@/app/_ui/button";
import { EmptyState, ErrorState } from "@/app/_ui/empty-state";
import { lazyPart } from "@/app/_ui/lazy-part";
import { Skeleton, SkeletonRows } from "@/app/_ui/skeleton";
import { Tabs } from "@/app/_ui/tabs";
import { ApiError, errorText } from "@/lib/client/api";
import { type PageData, readPageData } from "@/lib/client/page-data";
import { type BotInfo, useBotInfo, useBotLive } from "@/lib/fleet/bots/queries";
import { BotHeader } from "./bot-header";
import type { Reader } from "./bot-owner";
import { OverviewTab } from "./overview-tab";

const TABS = [
  ["overview", "Overview"],
  ["logs", "Logs"],
  ["commands", "Commands"],
  ["messages", "Messages"],
  ["data", "Data"],
  ["settings", "Settings"],
  ["activity", "Activity"],
  ["sharing", "Sharing"],
  ["token", "Token"],
  ["danger", "Danger"],
] as const;

/** The code of every tab except the first is loaded when the tab is opened. */
const loading = () => <SkeletonRows rows={8} />;
const LogViewer = lazyPart(
  () => import("@/app/(console)/dashboard/_logs/log-viewer").then((part) => part.LogViewer),
  loading,
);
const CommandBrowser = lazyPart(
  () => import("@/app/(console)/dashboard/_commands/commands-page").then((part) => part.CommandBrowser),
  loading,
);
const MessageBrowser = lazyPart(
  () => import("@/app/(console)/dashboard/_messages/message-browser").then((part) => part.MessageBrowser),
  loading,
);
const DataTab = lazyPart(() => import("./data-tab").then((part) => part.DataTab), loading);
const SettingsTab = lazyPart(() => import("./settings-tab").then((part) => part.SettingsTab), loading);
const BotActivity = lazyPart(
  () => import("@/app/(console)/dashboard/_audit/activity").then((part) => part.BotActivity),
  loading,
);
const SharingTab = lazyPart(() => import("./sharing-tab").then((part) => part.SharingTab), loading);
const TokenTab = lazyPart(() => import("./token-tab").then((part) => part.TokenTab), loading);
const DangerTab = lazyPart(() => import("./danger-tab").then((part) => part.DangerTab), loading);

const AccessEnded = lazyPart(() => import("@/app/_shell/access-ended").then((part) => part.AccessEnded));

type BotPageProps = { botId: string; reader: Reader; initial?: PageData<BotInfo> };

/** The page of one bot: a header with its status and actions, and tabs that each have an address. */
export function BotPage({ botId, reader, initial: given }: BotPageProps) {
  const initial = useMemo(() => given && readPageData(given), [given]);
  useBotLive(botId);
  const wanted = useSearchParams().get("tab");
  const current = TABS.find(([id]) => id === wanted)?.[0] ?? "overview";
  const query = useBotInfo(botId, initial);
  const { data, error, refetch } = query;
  const isEnded = useAccessEnded(query);
  if (isEnded)
    return (
      <AccessEnded
        what={data?.bot.name ?? botId}
        description={
          data?.shared_tags
            ? `You saw it by the tag ${data.shared_tags.join(", ")}, which was removed from the bot or is no longer shared with you. Ask its owner if you still need it.`
            : "The bot is no longer shared with you, or you left its team. Ask its owner if you still need it."
        }
        back={{ href: "/dashboard/bots", label: "View your bots" }}
      />
    );
  if (!data) {
    if (error instanceof ApiError && error.status === 404) {
      return (
        <EmptyState
          title="Bot not found"
          description="It may have been deleted, or you may not have access."
          action={
            <Button asChild>
              <Link href="/dashboard/bots">View all bots</Link>
            </Button>
          }
        />
      );
    }
    if (error)
      return <ErrorState title="The bot could not be loaded" message={errorText(error)} onRetry={() => refetch()} />;
    return (
      <div className="space-y-4" role="status" aria-label="Loading">
        <Skeleton className="h-7 w-56" />
        <Skeleton className="w-80" />
        <SkeletonRows rows={8} />
      </div>
    );
  }
  return (
    <>
      <BotHeader bot={data.bot} reader={reader} sharedTags={data.shared_tags} />
      <Tabs
        label="Bot"
        current={current}
        items={TABS.map(([id, label]) => ({ id, label, href: id === "overview" ? "?" : `?tab=${id}` }))}
      />
      <div className="pt-4">
        <Tab current={current} info={data} reader={reader} />
      </div>
    </>
  );
}

type TabProps = { current: (typeof TABS)[number][0]; info: BotInfo; reader: Reader };

function Tab({ current, info, reader }: TabProps) {
  const { bot } = info;
  switch (current) {
    case "logs":
      return <LogViewer userId={reader.id} botId={bot.id} className="h-[calc(100dvh-15rem)] min-h-96" />;
    case "commands":
      return <CommandBrowser botId={bot.id} />;
    case "messages":
      return <MessageBrowser botId={bot.id} />;
    case "data":
      return <DataTab botId={bot.id} />;
    case "settings":
      return <SettingsTab bot={bot} />;
    case "activity":
      return <BotActivity botId={bot.id} />;
    case "sharing":
      return <SharingTab bot={bot} reader={reader} />;
    case "token":
      return <TokenTab bot={bot} />;
    case "danger":
      return <DangerTab bot={bot} reader={reader} />;
    default:
      return <OverviewTab info={info} />;
  }
}
