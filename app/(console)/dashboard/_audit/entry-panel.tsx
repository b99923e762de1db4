"use client";
import { Badge } from "@/app/_ui/badge";
import { CopyButton } from "@/app/_ui/code-block";
import { FullTime } from "@/app/_ui/time-format";
import { deviceName } from "@/lib/core/format/user-agent";
import type { AuditEntry } from "@/lib/identity/audit/contract";
import { BotLink } from "../_shared/bot-link";
import { Fact, SidePanel } from "../_shared/side-panel";
import { Changes } from "./changes";
import { actionName, callerName, OUTCOME_TONE, targetName } from "./names";

/** The details of one entry: the caller, the target, what changed, and where the request came from. */
export function EntryPanel({ entry, onClose }: { entry: AuditEntry; onClose: () => void }) {
  return (
    <SidePanel open onClose={onClose} title={actionName(entry.action)}>
      <Details entry={entry} />
    </SidePanel>
  );
}

function Details({ entry }: { entry: AuditEntry }) {
  const { by, from, bot_id, seal } = entry;
  return (
    <>
      <dl>
        <Fact label="Outcome">
          <Badge tone={OUTCOME_TONE[entry.outcome]}>{entry.outcome}</Badge>{" "}
          {entry.code ? <span className="font-mono text-[13px] text-muted">{entry.code}</span> : null}
        </Fact>
        <Fact label="By">
          {callerName(by)} {by.kind === "key" ? <span className="text-muted">by API key {by.key_id}</span> : null}
        </Fact>
        <Fact label="Time">
          <FullTime at={entry.at} />
        </Fact>
        <Fact label="Target">{targetName(entry) ?? "none"}</Fact>
        {bot_id ? (
          <Fact label="Bot">
            <BotLink id={bot_id} />
          </Fact>
        ) : null}
        <Fact label="Action">
          <span className="font-mono text-[13px]">{entry.action}</span>
        </Fact>
        {from.address ? (
          <Fact label="Address">
            <span className="font-mono text-[13px]">{from.address}</span>
          </Fact>
        ) : null}
        {from.user_agent ? (
          <Fact label="Device">
            <span title={from.user_agent}>{deviceName(from.user_agent)}</span>
          </Fact>
        ) : null}
        {entry.request_id ? (
          <Fact label="Request ID">
            <span className="break-all font-mono text-[13px]">{entry.request_id}</span>{" "}
            <CopyButton text={entry.request_id} label="Copy request ID" className="-my-1" />
          </Fact>
        ) : null}
        <Fact label="Place in chain">{seal ? <span className="tnum">{seal.position}</span> : "not sealed"}</Fact>
      </dl>
      <Changes entry={entry} />
    </>
  );
}
