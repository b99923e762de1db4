/** The options and the help text of the `muster` command. */

export const HELP = `muster run [--url U --bot ID] [--grace s] -- <command …>   run any program as a bot
muster login --url U [--username N | --provider P] [--scope S]
                                                           sign this terminal in by password, or by a provider in your
                                                           browser; S is read, operate (default) or admin
muster bots                                                list bots
muster bots create <name>                                  create a bot and print its id and token
muster bots token <bot>                                    replace a bot's token and print the new one; asks you to sign in
muster bots delete <bot> --yes                             delete a bot with everything it stored
muster send <bot> <type> [payload as JSON] [--wait]        send a command
muster logs [-f] [--bot B] [--level L] [--search TEXT] [--query Q] [--since 2h]
                                                           read logs, -f follows
muster events [--bot B]                                    follow everything that happens
muster tickets | alerts | transfers                        list what is open
muster schedules [run | pause | resume <schedule>]          list schedules, or run, pause or resume one
muster audit [--since 2h] [--bot B] [--search TEXT]         list the newest entries of the audit log
muster backup [list]                                       make a backup, or list them
muster doctor                                              check the server and say what to fix
muster completion bash | zsh | fish                        print completions for your shell
muster --version

A bot is given by its id or its name. --json prints JSON. run takes MUSTER_URL, BOT_ID and BOT_TOKEN from the environment; the others
MUSTER_URL and MUSTER_TOKEN. --token-file <path> reads the token from a file; --token also works, but other users of the
computer can see it in the list of programs.`;

export const COMMANDS = [
  "run",
  "login",
  "bots",
  "send",
  "logs",
  "events",
  "tickets",
  "alerts",
  "transfers",
  "schedules",
  "audit",
  "backup",
  "doctor",
  "completion",
];

export const OPTIONS = {
  url: { type: "string" },
  bot: { type: "string" },
  token: { type: "string" },
  "token-file": { type: "string" },
  username: { type: "string" },
  provider: { type: "string" },
  scope: { type: "string" },
  level: { type: "string" },
  search: { type: "string" },
  query: { type: "string" },
  since: { type: "string" },
  grace: { type: "string", default: "10" },
  backoff: { type: "string", default: "1" },
  follow: { type: "boolean", short: "f" },
  wait: { type: "boolean" },
  yes: { type: "boolean" },
  json: { type: "boolean" },
  version: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Value<Option> = Option extends { type: "boolean" } ? boolean : string;
type Optional = Exclude<keyof typeof OPTIONS, "grace" | "backoff">;
export type Options = { [Name in Optional]?: Value<(typeof OPTIONS)[Name]> } & { grace: string; backoff: string };
