"use client";
import Link from "next/link";
import { Badge } from "@/app/_ui/badge";
import { Button } from "@/app/_ui/button";
import { Card, CardHeader, CardTitle } from "@/app/_ui/card";
import { ConfirmDialog } from "@/app/_ui/dialog";
import { ActionsTh, Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import { errorToast, toast } from "@/app/_ui/toast";
import { botHref } from "@/app/(console)/dashboard/_shared/bot-link";
import { countText } from "@/lib/core/format/units";
import type { JoinRequest } from "@/lib/fleet/bots/contract.joining";
import { useAdoptBot, useJoinRequests, useRefuseBot } from "@/lib/fleet/bots/queries.joining";

/** Lists bots that registered without a credential and wait for an admin. Renders nothing while there are none. */
export function JoinPanel() {
  const { data } = useJoinRequests(true);
  if (!data || data.requests.length === 0) return null;
  return (
    <Card className="mb-3">
      <CardHeader>
        <CardTitle>Join requests</CardTitle>
        <Badge tone="warn">{countText(data.count, "bot waiting", "bots waiting")}</Badge>
      </CardHeader>
      <p className="border-line border-b px-4 py-2 text-[13px] text-muted">
        These bots registered without a credential. Adopt a bot only if it prints the claim code shown here. Until then,
        it can only poll and report its status.
      </p>
      <Table label="Join requests" areaClassName="max-h-72">
        <THead>
          <tr>
            <Th>Name</Th>
            <Th className="max-sm:hidden">Address</Th>
            <Th className="max-sm:hidden">Claim code</Th>
            <Th className="max-md:hidden">Requested</Th>
            <Th className="max-lg:hidden">Expires</Th>
            <ActionsTh />
          </tr>
        </THead>
        <TBody>
          {data.requests.map((one) => (
            <Row key={one.bot_id} request={one} />
          ))}
        </TBody>
      </Table>
    </Card>
  );
}

function Row({ request }: { request: JoinRequest }) {
  const adopt = useAdoptBot();
  const refuse = useRefuseBot();
  // Do not use the callbacks of `mutate`: a live event may unmount this row before the response arrives, and React
  // Query would then skip them.
  const take = () =>
    adopt.mutateAsync({ bot_id: request.bot_id }).then(
      () => toast.success(`You now own ${request.name}.`, { action: <Link href={botHref(request.bot_id)}>Open</Link> }),
      (error) => errorToast(error),
    );
  return (
    <Tr>
      {/*
       * A long name wraps, so that it never pushes the buttons out of the row. Phones have room for two columns only.
       */}
      <Td className="w-full max-w-0 whitespace-normal [overflow-wrap:anywhere] max-sm:py-1.5">
        <span className="font-medium">
          <bdi>{request.name}</bdi>
        </span>{" "}
        {request.name !== request.bot_id ? (
          <span className="font-mono text-[13px] text-faint">{request.bot_id}</span>
        ) : null}{" "}
        {request.origin === "open" ? <Badge tone="warn">open mode</Badge> : null}
        <span className="block font-mono font-semibold sm:hidden">{request.claim_code}</span>
        <span className="block text-[13px] text-muted sm:hidden">
          {request.joined_from ?? "unknown address"}, <TimeAgo at={request.requested_at} />
        </span>
      </Td>
      <Td className="font-mono text-[13px] max-sm:hidden">{request.joined_from ?? "unknown"}</Td>
      <Td className="font-mono font-semibold max-sm:hidden">{request.claim_code}</Td>
      <Td className="max-md:hidden">
        <TimeAgo at={request.requested_at} />
      </Td>
      <Td className="max-lg:hidden">
        <TimeAgo at={request.expires_at} never="when it disconnects" />
      </Td>
      <Td>
        <span className="flex justify-end gap-1 max-sm:flex-col-reverse max-sm:py-1">
          <ConfirmDialog
            trigger={<Button size="sm">Reject</Button>}
            title={`Reject ${request.name}`}
            consequence="Deletes the bot, and its token stops working. If its program is still running, it may register again."
            verb="Reject bot"
            onConfirm={() => refuse.mutateAsync(request.bot_id)}
          />
          <Button size="sm" variant="primary" loading={adopt.isPending} onClick={take}>
            Adopt
          </Button>
        </span>
      </Td>
    </Tr>
  );
}
