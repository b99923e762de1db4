"use client";
/** TanStack Query hooks of the command queue, built from its contract, and the live patching of their cache. */
import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import type { z } from "zod";
import {
  cancelCommand,
  getCommand,
  listCommands,
  retryCommand,
  sendBulkCommand,
  sendCommand,
} from "@/generated/calls/fleet/commands";
import { type ResponseOf, request } from "@/lib/client/api";
import { type LiveEvent, useLive } from "@/lib/client/live";
import { setLiveData } from "@/lib/client/live-data";
import { useRefill } from "@/lib/client/throttle";
import type { Command, CommandStatus, DispatchOptions, FailCause } from "@/lib/fleet/commands/contract";
import { BULK_MAX } from "@/lib/fleet/commands/contract.constants";

export type CommandFilters = {
  bot_id?: string;
  status?: z.infer<typeof CommandStatus>;
  reason?: z.infer<typeof FailCause>;
  type?: string;
};
/** Filters of commands that failed, for one cause. */
export type RetryFilters = Omit<CommandFilters, "status" | "reason"> & Required<Pick<CommandFilters, "reason">>;
export type CommandPage = ResponseOf<typeof listCommands>;

const PAGE = 100;
/**
 * A list with this many live rows is fetched again, so that a page left open does not grow for ever. Cutting the list
 * instead would lose rows.
 */
const LIVE_MAX = 400;

export const commandKeys = {
  lists: ["commands", "list"] as const,
  list: (filters: CommandFilters, limit: number) => ["commands", "list", filters, limit] as const,
  one: (commandId: string) => ["commands", "one", commandId] as const,
};

/** Commands the caller may see, newest first, page by page (keyset). */
export function useCommandList(filters: CommandFilters, options: { initial?: CommandPage; limit?: number } = {}) {
  const limit = options.limit ?? PAGE;
  return useInfiniteQuery({
    queryKey: commandKeys.list(filters, limit),
    queryFn: ({ pageParam, signal }) =>
      request(listCommands, { query: { ...filters, limit, cursor: pageParam }, signal }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    placeholderData: keepPreviousData,
    initialData: options.initial && { pages: [options.initial], pageParams: [undefined] },
    staleTime: 2_000,
  });
}

/** One command, kept current by live events. */
export function useCommand(commandId: string | null) {
  return useQuery({
    queryKey: commandKeys.one(commandId ?? ""),
    queryFn: ({ signal }) => request(getCommand, { params: { command_id: commandId ?? "" }, signal }),
    enabled: commandId !== null,
    // Fetch an unsettled command again, in case an event was lost.
    refetchInterval: (query) => (query.state.data?.command.status === "pending" ? 15_000 : false),
  });
}

export type NewCommand = { type: string; payload: Record<string, unknown> } & Partial<DispatchOptions>;
export type BulkOutcome = ResponseOf<typeof sendBulkCommand>["results"][number];

/** Sends one command to a selection; each bot has its own outcome, in the order of the ids. */
export async function sendBulk(botIds: readonly string[], command: NewCommand): Promise<BulkOutcome[]> {
  const outcomes: BulkOutcome[] = [];
  for (let from = 0; from < botIds.length; from += BULK_MAX) {
    const body = { bot_ids: botIds.slice(from, from + BULK_MAX), ...command };
    outcomes.push(...(await request(sendBulkCommand, { body })).results);
  }
  return outcomes;
}

/** Cancels a pending command. Returns the command as stored afterwards. */
export function cancelOne(commandId: string): Promise<Command> {
  return request(cancelCommand, {
    params: { command_id: commandId },
  }).then(({ command }) => command);
}

/** Queues a failed command again. Returns the new command and its delivery. */
export function retryOne(commandId: string) {
  return request(retryCommand, { params: { command_id: commandId } });
}

/** Cancels a pending command. */
export function useCancelCommand() {
  const client = useQueryClient();
  return useMutation({ mutationFn: cancelOne, onSuccess: (command) => patchCommands(client, [command]) });
}

/** Queues a failed command again, as a new one. */
export function useRetryCommand() {
  const client = useQueryClient();
  return useMutation({ mutationFn: retryOne, onSuccess: ({ command }) => patchCommands(client, [command]) });
}

/** Sends a command and adds it to the cached lists at once, because the server's answer means that it is stored. */
export function useEnqueueCommand(botId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewCommand) => request(sendCommand, { params: { bot_id: botId }, body }),
    onSuccess: ({ command }) => patchCommands(client, [command]),
  });
}

/** Returns whether the command failed, and for that cause. */
export function isFailedBy(cause: NonNullable<CommandFilters["reason"]>, { status, reason }: Command): boolean {
  if (status !== "failed") return false;
  if (cause === "not_cancelled") return reason !== "cancelled";
  return reason === (cause === "reported" ? null : cause);
}

function fits(command: Command, filters: CommandFilters): boolean {
  return (
    (!filters.bot_id || filters.bot_id === command.bot_id) &&
    (!filters.status || filters.status === command.status) &&
    (!filters.reason || isFailedBy(filters.reason, command)) &&
    (!filters.type || filters.type === command.type)
  );
}

/** Keeps the later state of a command when an earlier state arrives after it. */
function newer(known: Command, arrived: Command): Command {
  const rank = (command: Command) => (command.status === "pending" ? command.attempts : 1_000_000);
  // Live events do not name the sender of a command; keep the name that the fetched list has.
  return rank(arrived) >= rank(known) ? { ...known, ...arrived } : known;
}

/** Writes commands into every cached list they belong to and into their own entries. */
export function patchCommands(client: QueryClient, commands: Command[]): void {
  const latest = new Map<string, Command>();
  for (const command of commands) {
    const known = latest.get(command.id);
    latest.set(command.id, known ? newer(known, command) : command);
  }
  for (const query of client.getQueryCache().findAll({ queryKey: commandKeys.lists })) {
    const filters = query.queryKey[2] as CommandFilters;
    const patched = client.setQueryData<InfiniteData<CommandPage>>(
      query.queryKey,
      (data) => data && patchList(data, latest, filters),
    );
    if ((patched?.pages[0]?.commands.length ?? 0) > LIVE_MAX) {
      void client.invalidateQueries({ queryKey: query.queryKey });
    }
  }
  for (const command of latest.values()) {
    setLiveData<{ command: Command }>(
      client,
      commandKeys.one(command.id),
      (known) => known && { command: newer(known.command, command) },
    );
  }
}

function patchList(
  data: InfiniteData<CommandPage>,
  latest: Map<string, Command>,
  filters: CommandFilters,
): InfiniteData<CommandPage> {
  const seen = new Set<string>();
  // A row whose new status no longer matches the filter stays until the next fetch, so that rows do not vanish under
  // the pointer.
  const pages = data.pages.map((page) => {
    if (!page.commands.some((command) => latest.has(command.id))) return page;
    const commands = page.commands.map((command) => {
      const arrived = latest.get(command.id);
      if (!arrived) return command;
      seen.add(command.id);
      return newer(command, arrived);
    });
    return { ...page, commands };
  });
  const first = pages[0];
  const newest = first?.commands[0]?.created_at ?? "";
  const fresh = [...latest.values()]
    .filter((command) => !seen.has(command.id) && fits(command, filters) && command.created_at >= newest)
    .sort((a, b) => b.created_at.localeCompare(a.created_at));
  if (first && fresh.length > 0) {
    const commands = [...fresh, ...first.commands];
    pages[0] = { ...first, commands };
  }
  return { ...data, pages };
}

function commandsOf(events: LiveEvent[]): Command[] {
  return events.flatMap((event) =>
    event.name === "new_command" || event.name === "command_update" ? [event.data] : [],
  );
}

/** Keeps every cached command current; with `botId`, the commands of that bot. */
export function useCommandsLive(botId?: string): void {
  const client = useQueryClient();
  useLive(["commands"], { bot_id: botId, onGap: useRefill(["commands"]) }, (events) =>
    patchCommands(client, commandsOf(events)),
  );
}

const TRACKED_MAX = 500;
const RECHECK_MS = 15_000;

/** The current state of commands of one type that were just sent, by id. Live events keep it current. */
export function useTrackedCommands(type: string, sent: readonly Command[]): ReadonlyMap<string, Command> {
  const [states, setStates] = useState<ReadonlyMap<string, Command>>(new Map());
  const take = useCallback(
    (arrived: readonly Command[]) =>
      setStates((known) => {
        const ids = new Set(sent.map((command) => command.id));
        const next = new Map(known);
        for (const command of arrived)
          if (ids.has(command.id)) next.set(command.id, newer(next.get(command.id) ?? command, command));
        return next;
      }),
    [sent],
  );
  const refill = useCallback(
    () =>
      void request(listCommands, { query: { type, limit: TRACKED_MAX } }).then(
        ({ commands }) => take(commands),
        // Ignore the error: live events continue, and the next fetch may succeed.
        () => {},
      ),
    [type, take],
  );
  const waiting = sent.some((command) => (states.get(command.id) ?? command).status === "pending");
  useEffect(() => {
    take(sent);
    // The ack of a fast bot may have come over the socket before the answer that contained the command's id.
    if (sent.length > 0) refill();
  }, [sent, take, refill]);
  useEffect(() => {
    if (!waiting) return;
    const timer = setInterval(refill, RECHECK_MS);
    return () => clearInterval(timer);
  }, [waiting, refill]);
  useLive(["commands"], { onGap: refill }, (events) => take(commandsOf(events)));
  return states;
}
