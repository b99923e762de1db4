/** `muster tickets`, `alerts`, `transfers` and `backup`. */
import type { Options } from "./options.js";
import { account, ask } from "./server.js";
import { print, printJson, printTable, usage } from "./terminal.js";

type Ticket = { ticket_num: number; status: string; type: string; user_name: string; subject: string };
type Alert = { severity: string; state: string; last_seen: string; source_name: string; message: string };
type Task = { id: string; status: string; progress: number; size: string | null; filename: string | null; url: string };
type Backup = { filename: string; size: number; created_at: string };

export async function printTickets(options: Options): Promise<void> {
  const { tickets } = await ask<{ tickets: Ticket[] }>(account(options), "GET /api/tickets?status=active&limit=200");
  if (options.json) return printJson(tickets);
  printTable(tickets.map((one) => [`#${one.ticket_num}`, one.status, one.type, one.user_name, one.subject]));
}

export async function printAlerts(options: Options): Promise<void> {
  const { alerts } = await ask<{ alerts: Alert[] }>(account(options), "GET /api/alerts?state=open&limit=200");
  if (options.json) return printJson(alerts);
  printTable(alerts.map((one) => [one.last_seen, one.severity, one.state, one.source_name, one.message]));
}

export async function printTransfers(options: Options): Promise<void> {
  const { tasks } = await ask<{ tasks: Task[] }>(account(options), "GET /api/tasks");
  if (options.json) return printJson(tasks);
  printTable(
    tasks.map((one) => [one.id, one.status, `${Math.round(one.progress)} %`, one.size ?? "", one.filename ?? one.url]),
  );
}

export async function backup(options: Options, [verb]: string[]): Promise<void> {
  const me = account(options);
  if (verb === "list") {
    const { backups } = await ask<{ backups: Backup[] }>(me, "GET /api/backups");
    if (options.json) return printJson(backups);
    return printTable(backups.map((one) => [one.filename]));
  }
  if (verb !== undefined) usage(`There is no "backup ${verb}"`);
  const made = await ask<{ filename: string; backup: object }>(me, "POST /api/backups", {});
  if (options.json) printJson(made.backup);
  else print(made.filename);
}
