/** The `muster` command: commands for the terminal, and a wrapper that runs any program as a bot. */
import { parseArgs } from "node:util";
import { backup, printAlerts, printTickets, printTransfers } from "./areas.js";
import { printAudit } from "./audit.js";
import { bots, send } from "./bots.js";
import { printCompletion } from "./completion.js";
import { diagnose } from "./doctor.js";
import { followEvents, logs } from "./logs.js";
import { HELP, OPTIONS, type Options } from "./options.js";
import { run } from "./run.js";
import { schedules } from "./schedules.js";
import { readTokenFile, Trouble } from "./server.js";
import { signIn } from "./sign-in.js";
import { print, usage } from "./terminal.js";

/** The version of the package, which the bundler puts in. */
declare const MUSTER_VERSION: string;

type Parsed = { options: Options; positionals: string[]; command: string[] };

function parse(): Parsed {
  const dashes = process.argv.indexOf("--", 2);
  const args = process.argv.slice(2, dashes < 0 ? undefined : dashes);
  try {
    const { values, positionals } = parseArgs({ args, allowPositionals: true, options: OPTIONS });
    return { options: values, positionals, command: dashes < 0 ? [] : process.argv.slice(dashes + 1) };
  } catch (error) {
    throw new Trouble((error as Error).message);
  }
}

async function wrap(options: Options, command: string[]): Promise<number> {
  const url = options.url ?? process.env.MUSTER_URL ?? "http://localhost:5000";
  const botId = options.bot ?? process.env.BOT_ID ?? usage("run needs --bot or BOT_ID");
  const stored = options["token-file"] && readTokenFile(options["token-file"]);
  const token = options.token ?? (stored || process.env.BOT_TOKEN) ?? usage("run needs --token-file or BOT_TOKEN");
  if (command.length === 0) usage("run needs a command after --");
  const seconds = (text: string) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : usage(`Not seconds: ${text}`));
  const [graceMs, firstWaitMs] = [seconds(options.grace), seconds(options.backoff)];
  return run({ url, botId, token, command, graceMs, firstWaitMs });
}

async function main(): Promise<number> {
  const { options, positionals, command } = parse();
  const [verb, ...rest] = positionals;
  if (options.version) print(MUSTER_VERSION);
  else if (options.help || verb === "help") print(HELP);
  else if (verb === "run") return wrap(options, command);
  else if (verb === "login") await signIn(options);
  else if (verb === "bots") await bots(options, rest);
  else if (verb === "send") return send(options, rest);
  else if (verb === "logs") await logs(options);
  else if (verb === "events") await followEvents(options);
  else if (verb === "tickets") await printTickets(options);
  else if (verb === "audit") await printAudit(options);
  else if (verb === "alerts") await printAlerts(options);
  else if (verb === "transfers") await printTransfers(options);
  else if (verb === "schedules") await schedules(options, rest);
  else if (verb === "backup") await backup(options, rest);
  else if (verb === "doctor") return diagnose(options, MUSTER_VERSION);
  else if (verb === "completion") printCompletion(rest);
  else usage(verb ? `There is no "${verb}"` : "What should it do?");
  return 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(`muster: ${error instanceof Trouble ? error.message : (error?.stack ?? error)}`);
    process.exit(error instanceof Trouble ? 2 : 1);
  },
);
