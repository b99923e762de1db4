"use client";
import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { QueryState } from "@/app/_ui/query-state";
import { SkeletonRows } from "@/app/_ui/skeleton";
import { Table, TBody, Td, THead, Th, Tr } from "@/app/_ui/table";
import { TimeAgo } from "@/app/_ui/time";
import type { Command } from "@/lib/fleet/commands/contract";
import type { useCommandList } from "@/lib/fleet/commands/queries";
import { BotLink } from "../_shared/bot-link";
import { failureOf } from "./failure";
import { CommandBadge, senderOf, spanText } from "./state";

type CommandListProps = {
  list: ReturnType<typeof useCommandList>;
  names: ReadonlyMap<string, string>;
  showBot: boolean;
  open: string | null;
  onOpen: (id: string) => void;
  empty: ReactNode;
};

/** Time from creation to acknowledgement; empty while there is none. */
function tookText(command: Command): string {
  if (!command.completed_at) return "";
  return spanText(Date.parse(command.completed_at) - Date.parse(command.created_at));
}

/** Commands as rows, newest first; a row opens its details. */
export function CommandList({ list, names, showBot, open, onOpen, empty }: CommandListProps) {
  return (
    <>
      <QueryState
        query={list}
        data={list.data?.pages.flatMap((page) => page.commands)}
        failure="Commands could not be loaded"
        loading={<SkeletonRows rows={12} columns={5} />}
        empty={empty}
      >
        {(commands) => (
          <Table label="Commands">
            <THead>
              <tr>
                <Th className="w-32">Status</Th>
                <Th>Type</Th>
                {showBot ? <Th className="max-sm:hidden">Bot</Th> : null}
                <Th className="hidden w-36 md:table-cell">Sent by</Th>
                <Th className="hidden xl:table-cell">ID</Th>
                <Th className="hidden w-24 text-right md:table-cell">Attempts</Th>
                <Th className="hidden w-28 text-right sm:table-cell">Total time</Th>
                <Th className="w-32 text-right max-sm:hidden">Created</Th>
              </tr>
            </THead>
            <TBody>
              {commands.map((command) => (
                <CommandRow
                  key={command.id}
                  command={command}
                  bot={showBot ? <BotLink id={command.bot_id} name={names.get(command.bot_id)} /> : null}
                  isOpen={command.id === open}
                  onOpen={onOpen}
                />
              ))}
            </TBody>
          </Table>
        )}
      </QueryState>
      {list.hasNextPage ? (
        <p className="border-line border-t p-2 text-center">
          <Button size="sm" variant="ghost" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load older commands
          </Button>
        </p>
      ) : null}
    </>
  );
}

type RowProps = { command: Command; bot: ReactNode; isOpen: boolean; onOpen: (id: string) => void };

function CommandRow({ command, bot, isOpen, onOpen }: RowProps) {
  const failure = failureOf(command);
  const took = tookText(command);
  return (
    <Tr
      data-selected={isOpen}
      className="cursor-pointer"
      onClick={(event) => {
        // A click on a link inside the row follows the link instead of opening the details.
        if (!(event.target as HTMLElement).closest("a")) onOpen(command.id);
      }}
    >
      <Td>
        <CommandBadge command={command} />
      </Td>
      {/* Takes the room that the other columns leave, and shows in it why the command failed. */}
      <Td className="w-full max-w-0 max-sm:py-1.5">
        <span className="flex items-baseline gap-3">
          <button
            type="button"
            className="max-w-full shrink-0 truncate font-mono text-[13px] hover:text-accent hover:underline"
            onClick={() => onOpen(command.id)}
          >
            {command.type}
          </button>
          {failure ? (
            <span className="min-w-0 truncate text-[13px] text-bad max-sm:hidden" title={failure}>
              {failure}
            </span>
          ) : null}
        </span>
        {/* A phone has no room for columns, so it shows the same facts in lines. */}
        <span className="block space-y-0.5 text-[13px] text-muted sm:hidden">
          {bot ? <span className="block truncate">{bot}</span> : null}
          <span className="block truncate">
            {senderOf(command)} · <TimeAgo at={command.created_at} />
            {took ? ` · took ${took}` : null}
            {command.attempts > 1 ? ` · ${command.attempts} attempts` : null}
          </span>
          {failure ? <span className="block truncate text-bad">{failure}</span> : null}
        </span>
      </Td>
      {bot ? <Td className="max-w-48 truncate max-sm:hidden">{bot}</Td> : null}
      <Td className="hidden max-w-36 truncate text-muted md:table-cell">{senderOf(command)}</Td>
      <Td className="hidden font-mono text-[13px] text-faint xl:table-cell">{command.id}</Td>
      <Td className="tnum hidden text-right text-muted md:table-cell">{command.attempts}</Td>
      <Td className="tnum hidden text-right text-muted sm:table-cell">{took}</Td>
      <Td className="text-right text-muted max-sm:hidden">
        <TimeAgo at={command.created_at} />
      </Td>
    </Tr>
  );
}
