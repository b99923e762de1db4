/** Saves the bots that a filter shows as a CSV file. */
import { listBots } from "@/generated/calls/fleet/bots";
import { listTeams } from "@/generated/calls/identity/teams";
import { request } from "@/lib/client/api";
import { saveFile } from "@/lib/client/save-file";
import { BOM, csvLines } from "@/lib/core/format/csv";
import type { Bot } from "@/lib/fleet/bots/contract";
import { BOT_PAGE_MAX } from "@/lib/fleet/bots/contract.constants";
import type { BotFilters } from "@/lib/fleet/bots/queries.keys";
import { failuresOf } from "../../_shared/failures";

const HEAD = [
  ...["ID", "Name", "Status", "Status since", "Last seen", "Created", "Owner", "Team", "Tags", "Reported tags"],
  ...["Platform", "Version", "Host", "Pending", "Failures", "Cancelled", "Error logs"],
];

const rowOf = (bot: Bot, teams: ReadonlyMap<number, string>): unknown[] => [
  ...[bot.id, bot.name, bot.status, bot.status_since, bot.last_active, bot.created_at, bot.owner_id],
  // The names of other people's teams are not for everybody, so that their number stands for them.
  bot.team_id === null ? null : (teams.get(bot.team_id) ?? bot.team_id),
  ...[bot.tags.join(", "), bot.reported_tags.join(", ")],
  ...[bot.metadata.platform, bot.metadata.version, bot.metadata.host],
  ...[bot.pending_commands, failuresOf(bot), bot.cancelled_commands, bot.error_logs],
];

/** Reads all pages of the list in its order. @returns how many bots the file has */
export async function saveBots(filters: BotFilters): Promise<number> {
  const { teams } = await request(listTeams, { query: { limit: 100 } });
  const names = new Map(teams.map(({ id, name }) => [id, name]));
  const rows: unknown[][] = [];
  let cursor: string | undefined;
  do {
    const page = await request(listBots, { query: { ...filters, limit: BOT_PAGE_MAX, cursor } });
    rows.push(...page.bots.map((bot) => rowOf(bot, names)));
    cursor = page.next_cursor ?? undefined;
  } while (cursor);
  saveFile("bots.csv", new Blob([BOM, csvLines([HEAD, ...rows])], { type: "text/csv;charset=utf-8" }));
  return rows.length;
}
