"use client";
import { TriangleAlert } from "lucide-react";
import { Dialog } from "@/app/_ui/dialog";
import { lazyPart } from "@/app/_ui/lazy-part";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { countText } from "@/lib/core/format/units";
import type { Bot } from "@/lib/fleet/bots/contract";
import { useInstances, useKeepInstance } from "@/lib/fleet/bots/queries.joining";

const InstanceTable = lazyPart(
  () => import("./instance-table").then((part) => part.InstanceTable),
  () => <SkeletonRows rows={2} />,
);

/**
 * Warns that two programs run as one bot, or hold the same shards of it. The cause is a deployment that was not
 * stopped, or a leaked token. Programs with different shards cause no warning. The alarm is a line of the bot's header
 * and its details open in a dialog, so that it does not move the page when it appears.
 */
export function InstancesAlarm({ bot }: { bot: Bot }) {
  const { data } = useInstances(bot.id);
  const keep = useKeepInstance(bot.id);
  if (!data?.conflict) return null;
  const { instances } = data;
  return (
    <span role="alert" aria-label="Several instances" className="inline-flex">
      <Dialog
        title={`${countText(instances.length, "program uses", "programs use")} this bot's token`}
        description="Commands go to the newest one, but all of them may act. Keep one. If you do not recognize the others, regenerate the token."
        className="max-w-2xl"
        trigger={
          <button
            type="button"
            className="inline-flex h-5 items-center gap-1 rounded-md bg-bad-soft px-1.5 font-medium text-bad text-xs hover:underline"
          >
            <TriangleAlert className="size-3" aria-hidden />
            {countText(instances.length, "program uses", "programs use")} this bot's token
          </button>
        }
      >
        <InstanceTable instances={instances} onKeep={keep.mutateAsync} />
      </Dialog>
    </span>
  );
}
