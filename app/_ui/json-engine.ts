/**
 * The CodeMirror 6 setup for one JSON text, styled with the console's design tokens. Loaded when the first editor is
 * shown.
 */
import { closeBrackets } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, isolateHistory } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, HighlightStyle, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { Compartment, EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const theme = EditorView.theme({
  "&": { backgroundColor: "var(--panel)", color: "var(--text)", fontSize: "13px", maxHeight: "28rem" },
  "&.cm-focused": { outline: "none" },
  // Put the space above the first line on the scroller: line numbers would learn of padding on the text only at a later
  // measuring.
  ".cm-scroller": {
    fontFamily: "var(--font-mono)",
    lineHeight: "20px",
    minHeight: "10rem",
    padding: "4px 0",
    overflow: "auto",
  },
  ".cm-content": { minHeight: "9.5rem", padding: "0", caretColor: "var(--text)" },
  // No background, because the gutter is only as tall as the lines in it.
  ".cm-gutters": { backgroundColor: "transparent", color: "var(--faint)", borderRight: "none" },
  ".cm-cursor": { borderLeftColor: "var(--text)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--accent-soft)",
  },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--accent-soft)" },
  ".bad-line": { backgroundColor: "var(--bad-soft)" },
});

const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: "var(--accent)" },
  { tag: tags.string, color: "var(--ok)" },
  { tag: tags.number, color: "var(--info)" },
  { tag: [tags.bool, tags.null], color: "var(--warn)" },
  { tag: [tags.punctuation, tags.separator], color: "var(--muted)" },
]);

/** The line (from 1) to mark as wrong, or null. */
const markLine = StateEffect.define<number | null>();
const badLine = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(markLine)) continue;
      const builder = new RangeSetBuilder<Decoration>();
      if (effect.value !== null && effect.value <= transaction.state.doc.lines) {
        const { from } = transaction.state.doc.line(effect.value);
        builder.add(from, from, Decoration.line({ class: "bad-line" }));
      }
      next = builder.finish();
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

export type JsonEngine = {
  /** Updates the editor. The cursor stays if the text has not changed. */
  show(state: { text: string; readOnly: boolean; badLine: number | null }): void;
  close(): void;
};

/**
 * Opens an editor in `parent`, for JSON unless `language` is given. Tab moves to the next control, so that keyboard
 * users are not trapped in the editor.
 */
export function openEditor(
  parent: HTMLElement,
  options: { text: string; label: string; onChange: (text: string) => void; language?: Extension },
): JsonEngine {
  const writable = new Compartment();
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        lineNumbers(),
        history(),
        drawSelection(),
        closeBrackets(),
        bracketMatching(),
        indentUnit.of("  "),
        options.language ?? json(),
        syntaxHighlighting(colours),
        theme,
        badLine,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": options.label }),
        keymap.of([...defaultKeymap, ...historyKeymap]),
        writable.of([]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    show({ text, readOnly, badLine: line }) {
      const { doc } = view.state;
      view.dispatch({
        // A text that replaces another one is undone by itself, however soon after the last change it came.
        ...(doc.toString() !== text && {
          changes: { from: 0, to: doc.length, insert: text },
          annotations: isolateHistory.of("full"),
        }),
        effects: writable.reconfigure([EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)]),
      });
      view.dispatch({ effects: markLine.of(line) });
    },
    close: () => view.destroy(),
  };
}
