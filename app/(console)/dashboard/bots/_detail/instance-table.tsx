"use client";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { toast } from "@/app/_ui/toast";
import type { BotInstance } from "@/lib/fleet/bots/contract.instances";

type InstanceTableProps = { instances: BotInstance[]; onKeep: (instance: string) => Promise<unknown> };

/** Lists the programs that run as one bot, newest first, each with a button that keeps it and disconnects the others. */
export function InstanceTable({ instances, onKeep }: InstanceTableProps) {
  const newest = instances[0]!.epoch;
  const nameless = instances.some((one) => !one.declared);
  return (
    <>
      <Table label="Instances of this bot">
        <THead>
          <tr>
            <Th>Address</Th>
            <Th className="max-sm:hidden">Since</Th>
            <Th className="max-sm:hidden">Version</Th>
            <Th className="max-sm:hidden">Instance</Th>
            <ActionsTh />
          </tr>
        </THead>
        <TBody>
          {instances.map((one) => (
            <Tr key={one.instance}>
              <Td className="max-sm:w-full max-sm:max-w-0 max-sm:whitespace-normal max-sm:py-1.5 max-sm:[overflow-wrap:anywhere]">
                <span className="font-mono text-[13px]">{one.address}</span>
                <span className="block text-[13px] text-muted sm:hidden">
                  <TimeAgo at={one.since} />, version {one.version ?? "unknown"}
                  {one.epoch === newest ? ", newest" : ""}
                </span>
                <span className="block font-mono text-faint text-xs sm:hidden">{nameOf(one)}</span>
              </Td>
              <Td className="max-sm:hidden">
                <TimeAgo at={one.since} /> {one.epoch === newest ? <Badge tone="info">newest</Badge> : null}
              </Td>
              <Td className="max-sm:hidden">{one.version ?? "unknown"}</Td>
              <Td className="font-mono text-[13px] text-faint max-sm:hidden">{nameOf(one)}</Td>
              <Td className="text-right">
                <ConfirmDialog
                  trigger={<Button size="sm">Keep this one</Button>}
                  title={`Keep the instance at ${one.address}`}
                  consequence={consequence(instances, one)}
                  verb="Keep this one"
                  onConfirm={async () => {
                    await onKeep(one.instance);
                    toast.success("Disconnected all other instances.");
                  }}
                />
              </Td>
            </Tr>
          ))}
        </TBody>
      </Table>
      {nameless ? (
        <p className="mt-2 text-[13px] text-bad">
          You can disconnect an unnamed program, but it may reconnect. Regenerate the token to keep it out.
        </p>
      ) : null}
    </>
  );
}

const nameOf = (one: BotInstance) => `${one.declared ? one.instance : "unnamed"}, epoch ${one.epoch}`;

function consequence(all: BotInstance[], kept: BotInstance): string {
  const others = all.filter((one) => one.instance !== kept.instance);
  const where = others.map((one) => one.address).join(", ");
  return `${others.length === 1 ? "The other instance" : `The other ${others.length} instances`} (${where}) will be disconnected immediately and rejected for one hour, or until you regenerate the token.`;
}
