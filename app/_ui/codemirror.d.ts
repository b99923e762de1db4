// The few parts of CodeMirror 5 that json-editor.tsx uses; the package carries no types of its own.
declare module "codemirror" {
  type Editor = {
    getValue(): string;
    setValue(text: string): void;
    setOption(name: string, value: unknown): void;
    on(event: "change" | "blur", listener: () => void): void;
    getWrapperElement(): HTMLElement;
    getInputField(): HTMLElement;
    addLineClass(line: number, where: "background", name: string): unknown;
    removeLineClass(line: number, where: "background", name: string): unknown;
    lineCount(): number;
    refresh(): void;
  };
  export default function CodeMirror(place: HTMLElement, options: Record<string, unknown>): Editor;
  export type { Editor };
}
declare module "codemirror/mode/javascript/javascript";
declare module "codemirror/addon/edit/matchbrackets";
declare module "codemirror/addon/edit/closebrackets";
