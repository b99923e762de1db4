"use client";
import {
  CircleCheck,
  Ellipsis,
  FileCode,
  FileText,
  Hand,
  Merge,
  MessageSquareQuote,
  RotateCcw,
  Trash2,
  UserPlus,
} from "lucide-react";
import { Button } from "@/app/_ui/button";
import { Kbd } from "@/app/_ui/kbd";
import { Menu, MenuItem, MenuSeparator } from "@/app/_ui/menu";
import { errorToast } from "@/app/_ui/toast";
import type { Ticket } from "@/lib/community/tickets/contract";
import { downloadTranscript } from "@/lib/community/tickets/conversation/queries.outbox";
import { useTicketOptions } from "@/lib/community/tickets/queries";
import type { Reader } from "./labels";
import type { TicketActions } from "./use-actions";

type TicketMenuProps = { ticket: Ticket; reader: Reader; actions: TicketActions };

/** The most likely next action as a button, and the other actions in a menu. */
export function TicketMenu({ ticket, reader, actions }: TicketMenuProps) {
  const { can } = actions;
  const { data: options } = useTicketOptions();
  const transcripts = reader.staff || options?.transcript_enabled;
  const save = (format: "html" | "txt", notes: boolean) =>
    void downloadTranscript(ticket, format, notes).catch(errorToast);
  return (
    <>
      {can.claim ? (
        <Button size="sm" variant="primary" loading={actions.busy} onClick={actions.claim} title="Claim (c)">
          <Hand aria-hidden /> Claim
        </Button>
      ) : can.close ? (
        <Button size="sm" loading={actions.busy} onClick={actions.close} title="Close (e)">
          <CircleCheck aria-hidden /> Close
        </Button>
      ) : null}
      <Menu
        className="w-64"
        trigger={
          <Button size="sm" variant="ghost" icon aria-label="Ticket actions">
            <Ellipsis />
          </Button>
        }
      >
        {reader.staff ? (
          <>
            <MenuItem
              icon={<UserPlus />}
              disabled={!can.assign}
              shortcut={<Kbd>a</Kbd>}
              onSelect={() => actions.setDialog("assign")}
            >
              Assign…
            </MenuItem>
            <MenuItem icon={<CircleCheck />} disabled={!can.close} shortcut={<Kbd>e</Kbd>} onSelect={actions.close}>
              Close
            </MenuItem>
            <MenuItem icon={<MessageSquareQuote />} disabled={!can.close} onSelect={() => actions.setDialog("close")}>
              Close with a reason…
            </MenuItem>
            <MenuItem icon={<Merge />} disabled={!can.merge} onSelect={() => actions.setDialog("merge")}>
              Merge into another ticket…
            </MenuItem>
          </>
        ) : null}
        {reader.staff || can.reopen ? (
          <MenuItem icon={<RotateCcw />} disabled={!can.reopen} onSelect={actions.reopen}>
            {`Reopen (${ticket.reopens_left} left)`}
          </MenuItem>
        ) : null}
        {transcripts ? (
          <>
            {reader.staff || can.reopen ? <MenuSeparator /> : null}
            <MenuItem icon={<FileCode />} onSelect={() => save("html", true)}>
              Download transcript (HTML)
            </MenuItem>
            <MenuItem icon={<FileText />} onSelect={() => save("txt", true)}>
              Download transcript (text)
            </MenuItem>
            {reader.staff ? (
              <MenuItem icon={<FileCode />} onSelect={() => save("html", false)}>
                Download transcript without notes
              </MenuItem>
            ) : null}
          </>
        ) : null}
        {can.delete ? (
          <>
            <MenuSeparator />
            <MenuItem icon={<Trash2 />} tone="danger" onSelect={() => actions.setDialog("delete")}>
              Delete ticket…
            </MenuItem>
          </>
        ) : null}
      </Menu>
    </>
  );
}
