/** Logs, messages and whole bots as files. */

import type { Actor } from "@/lib/core/actor";
import { iso } from "@/lib/core/clock";
import { yieldToEventLoop } from "@/lib/core/event-loop";
import { type Download, filename, jsonItems } from "@/lib/core/format/rows-file";
import type { BotsRoom } from "@/lib/fleet/bots";
import type { CommandsRoom } from "@/lib/fleet/commands";
import type { Command } from "@/lib/fleet/commands/contract";
import type {
  exportLogs as exportLogsContract,
  exportMessages as exportMessagesContract,
} from "@/lib/fleet/telemetry/contract.export";
import { type FilterDeps, filterOf } from "@/lib/fleet/telemetry/filter";
import { toLog, toMessage } from "@/lib/fleet/telemetry/rows";
import type { Order } from "@/lib/fleet/telemetry/search/match";
import type { DataStore } from "@/lib/fleet/telemetry/store.data";
import type { Reader } from "@/lib/fleet/telemetry/store.read";
import { download } from "./export";
import { END, mapped, walk } from "./walk";

type Deps = FilterDeps & {
  data: Pick<DataStore, "data">;
  logs: Reader<"log">;
  messages: Reader<"message">;
  bots: Pick<BotsRoom["bots"], "get">;
  commands: Pick<CommandsRoom["commands"], "list">;
};
type ExportLogs = (typeof exportLogsContract)["query"]["_output"];
type ExportMessages = (typeof exportMessagesContract)["query"]["_output"];

const COMMAND_PAGE = 200;

async function* commandPages(
  { commands }: Pick<Deps, "commands">,
  actor: Actor,
  botId: string,
  order: Order,
): AsyncGenerator<Command[]> {
  for (let cursor: string | undefined; ; ) {
    const found = await commands.list(actor, { bot_id: botId, limit: COMMAND_PAGE, order, cursor });
    yield found.commands;
    if (found.next_cursor === null) return;
    cursor = found.next_cursor;
    await yieldToEventLoop();
  }
}

export function createExportService(deps: Deps) {
  const { data, logs, messages, bots, now } = deps;
  return {
    /**
     * The newest `limit` logs that match the filter, oldest first unless `order` says otherwise, as a file. Filters as
     * in listLogs. @throws NOT_FOUND
     */
    async exportLogs(actor: Actor, query: ExportLogs): Promise<Download> {
      const pages = walk(logs, await filterOf(deps, actor, query), query.limit, query.order);
      return download("logs", query.format, query.bot_id, iso(now()), mapped(pages, toLog), query.bom);
    },

    /**
     * The newest `limit` messages that match the filter, in the order that `exportLogs` uses, as a file. @throws
     * NOT_FOUND
     */
    async exportMessages(actor: Actor, query: ExportMessages): Promise<Download> {
      const pages = walk(messages, await filterOf(deps, actor, query), query.limit, query.order);
      return download("messages", query.format, query.bot_id, iso(now()), mapped(pages, toMessage), query.bom);
    },

    /** All stored data of a bot as one JSON document, with each list in the given order. @throws NOT_FOUND */
    async exportBot(actor: Actor, botId: string, order: Order = "asc"): Promise<Download> {
      const bot = await bots.get(actor, botId);
      const synced = (await data.data(botId))?.data ?? null;
      const at = iso(now());
      async function* stream() {
        yield `{"exported_at":${JSON.stringify(at)},"bot":${JSON.stringify(bot)},"data":${JSON.stringify(synced)},"commands":[`;
        yield* jsonItems(commandPages(deps, actor, botId, order));
        yield `],"logs":[`;
        yield* jsonItems(mapped(walk(logs, { bot_id: botId }, END, order), toLog));
        yield `],"messages":[`;
        yield* jsonItems(mapped(walk(messages, { bot_id: botId }, END, order), toMessage));
        yield "]}";
      }
      return {
        filename: filename("bot", botId, at, "json"),
        contentType: "application/json; charset=utf-8",
        stream: stream(),
      };
    },
  };
}
