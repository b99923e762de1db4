/** The editor of a GraphQL document: the CodeMirror setup of the JSON editor, with GraphQL highlighting. */
import { StreamLanguage } from "@codemirror/language";
import { Prec } from "@codemirror/state";
import { keymap } from "@codemirror/view";
import { type JsonEngine, openEditor } from "@/app/_ui/json-engine";

const KEYWORD = /^(query|mutation|subscription|fragment|on)\b/;

const graphql = StreamLanguage.define({
  name: "graphql",
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match(/^#.*/)) return "comment";
    if (stream.match(/^"(?:[^"\\]|\\.)*"/)) return "string";
    if (stream.match(/^-?\d+(\.\d+)?/)) return "number";
    if (stream.match(/^\$\w+/)) return "number";
    if (stream.match(KEYWORD)) return "bool";
    if (stream.match(/^(true|false|null)\b/)) return "bool";
    if (stream.match(/^\w+/)) return "propertyName";
    stream.next();
    return "punctuation";
  },
});

/** Opens the editor in `parent`. Ctrl-Enter or Cmd-Enter runs the operation. */
export function openQueryEditor(
  parent: HTMLElement,
  { onRun, ...options }: { text: string; label: string; onChange: (text: string) => void; onRun: () => void },
): JsonEngine {
  const keys = Prec.highest(
    keymap.of([
      {
        key: "Mod-Enter",
        run: () => {
          onRun();
          return true;
        },
      },
    ]),
  );
  return openEditor(parent, { ...options, language: [graphql, keys] });
}
