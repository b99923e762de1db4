"use client";
import { Send, Trash2 } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import type { Device } from "@/lib/community/notifications/contract.devices";
import { useBrowserPush } from "@/lib/community/notifications/queries.browser";
import { useDevices, useRemoveDevice, useTestDevice } from "@/lib/community/notifications/queries.settings";

/**
 * Lists the browsers and phones that receive this person's push notifications, with buttons to test and remove them.
 */
export function PushDevices() {
  const devices = useDevices();
  const { state } = useBrowserPush();
  const here = state?.status === "on" ? state.fingerprint : undefined;
  return (
    <div className="border-line border-b">
      <QueryState
        query={devices}
        data={devices.data?.devices}
        failure="Devices could not be loaded"
        loading={<SkeletonRows rows={2} columns={3} />}
        empty={
          <p className="px-4 py-3 text-[13px] text-muted">
            No devices yet. Turn on notifications in this browser, or sign in with a mobile app.
          </p>
        }
      >
        {(rows) => (
          <Table label="Devices">
            <THead>
              <tr>
                <Th>Device</Th>
                <Th className="max-sm:hidden">Added</Th>
                <Th>Last notification</Th>
                <ActionsTh />
              </tr>
            </THead>
            <TBody>
              {rows.map((device) => (
                <DeviceRow key={device.device_id} device={device} here={device.fingerprint === here} />
              ))}
            </TBody>
          </Table>
        )}
      </QueryState>
    </div>
  );
}

function DeviceRow({ device, here }: { device: Device; here: boolean }) {
  const remove = useRemoveDevice();
  const test = useTestDevice();
  const { disable } = useBrowserPush();
  const failed = device.last_status === "failed" || device.last_status === "queued";
  const onError = (error: unknown) => errorToast(error);
  const tryIt = () =>
    test.mutate(device.device_id, {
      onError,
      onSuccess: ({ delivered, detail }) =>
        delivered
          ? toast.success(`Test sent to ${device.name}`)
          : toast.error(`The test could not be sent to ${device.name}: ${detail}`, { duration: 8000 }),
    });
  return (
    <Tr>
      <Td>
        <span className="font-medium">
          <bdi>{device.name}</bdi>
        </span>{" "}
        {here ? <Badge tone="ok">This browser</Badge> : null}
      </Td>
      <Td className="text-muted max-sm:hidden">
        <TimeAgo at={device.created_at} />
      </Td>
      <Td className="text-muted">
        <TimeAgo at={device.last_sent_at} />{" "}
        {failed ? (
          <Badge tone="warn" title={device.last_error ?? undefined}>
            {device.last_status === "queued" ? "retrying" : "failed"}
          </Badge>
        ) : null}
      </Td>
      <Td className="text-right">
        <Button
          size="sm"
          variant="ghost"
          icon
          aria-label={`Send a test to ${device.name}`}
          loading={test.isPending}
          onClick={tryIt}
        >
          <Send />
        </Button>
        <Button
          size="sm"
          variant="ghost"
          icon
          aria-label={`Remove ${device.name}`}
          onClick={() => (here ? void disable().catch(onError) : remove.mutate(device.device_id, { onError }))}
        >
          <Trash2 />
        </Button>
      </Td>
    </Tr>
  );
}
