"use client";
import { Send, Trash2 } from "lucide-react";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { StaleNote } from "@/app/_ui/empty-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { errorText } from "@/lib/client/api";
import type { Device } from "@/lib/community/notifications/contract.devices";
import { useBrowserPush } from "@/lib/community/notifications/queries.browser";
import { useDevices, useRemoveDevice, useTestDevice } from "@/lib/community/notifications/queries.settings";

/** Browsers and phones that take this person's pushes: try them, remove them. */
export function PushDevices() {
  const devices = useDevices();
  const { state } = useBrowserPush();
  const here = state?.status === "on" ? state.fingerprint : undefined;
  const rows = devices.data?.devices;
  return (
    <div className="border-line border-b">
      {devices.isError ? <StaleNote message={errorText(devices.error)} onRetry={() => void devices.refetch()} /> : null}
      {!rows && !devices.isError ? <SkeletonRows rows={2} columns={3} /> : null}
      {rows?.length === 0 ? (
        <p className="px-4 py-3 text-[13px] text-muted">
          No devices yet. Turn on notifications in this browser, or sign in with a mobile app.
        </p>
      ) : null}
      {rows && rows.length > 0 ? (
        <Table label="Devices">
          <THead>
            <tr>
              <Th>Device</Th>
              <Th className="max-sm:hidden">Added</Th>
              <Th>Last notification</Th>
              <Th>
                <span className="sr-only">Actions</span>
              </Th>
            </tr>
          </THead>
          <TBody>
            {rows.map((device) => (
              <DeviceRow key={device.device_id} device={device} here={device.fingerprint === here} />
            ))}
          </TBody>
        </Table>
      ) : null}
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
