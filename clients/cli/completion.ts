/** `muster completion`: prints the completions of one shell. */
import { COMMANDS, OPTIONS } from "./options.js";
import { print, usage } from "./terminal.js";

const COMPLETIONS = [...COMMANDS, ...Object.keys(OPTIONS).map((name) => `--${name}`)];

const SCRIPTS: Record<string, string> = {
  bash: `complete -W "${COMPLETIONS.join(" ")}" muster`,
  zsh: `#compdef muster\ncompdef '_arguments "*: :(${COMPLETIONS.join(" ")})"' muster`,
  fish: [
    `complete -c muster -f -n __fish_use_subcommand -a "${COMMANDS.join(" ")}"`,
    ...Object.keys(OPTIONS).map((name) => `complete -c muster -l ${name}`),
  ].join("\n"),
};

export function printCompletion([shell = ""]: string[]): void {
  print(SCRIPTS[shell] ?? usage("completion needs bash, zsh or fish"));
}
