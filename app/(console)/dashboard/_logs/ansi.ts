/** A stretch of text in one style. */
export type Styled = { text: string; className: string };

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals begin their codes with this character
const CODE = /\u001b(?:\[([\d;]*)m|\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
const ESCAPE = "\u001b";

/** Classes by the last digit of a code for a colour: black, red, green, yellow, blue, magenta, cyan, white. */
const COLOURS = ["text-faint", "text-bad", "text-ok", "text-warn", "text-info", "text-accent", "text-info", ""];
const STYLES: Record<number, string> = {
  1: "font-semibold",
  2: "text-muted",
  3: "italic",
  4: "underline",
  9: "line-through",
};

type Style = { colour: string; other: string[] };
const plain = (): Style => ({ colour: "", other: [] });

/** Applies the numbers of one code. Colours of 256 or of any shade stay without a colour: themes have none for them. */
function applied(style: Style, numbers: readonly number[]): Style {
  let { colour, other } = style;
  for (let at = 0; at < numbers.length; at++) {
    const number = numbers[at]!;
    if (number === 0) ({ colour, other } = plain());
    else if (STYLES[number]) other = [...new Set([...other, STYLES[number]])];
    else if (number === 22) other = other.filter((name) => name !== STYLES[1] && name !== STYLES[2]);
    else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) colour = COLOURS[number % 10]!;
    else if (number === 39) colour = "";
    else if (number === 38 || number === 48) at += numbers[at + 1] === 5 ? 2 : 4;
  }
  return { colour, other };
}

/** Divides a text by the codes that terminals use for colours. Codes with other meanings are left out. */
export function styledText(text: string): Styled[] {
  if (!text.includes(ESCAPE)) return [{ text, className: "" }];
  const stretches: Styled[] = [];
  let style = plain();
  let from = 0;
  const add = (to: number) => {
    if (to > from)
      stretches.push({
        text: text.slice(from, to),
        className: [style.colour, ...style.other].filter(Boolean).join(" "),
      });
  };
  for (const found of text.matchAll(CODE)) {
    add(found.index);
    from = found.index + found[0].length;
    if (found[1] !== undefined) style = applied(style, found[1].split(";").map(Number));
  }
  add(text.length);
  return stretches;
}

/** The text without the codes. */
export const plainText = (text: string): string => (text.includes(ESCAPE) ? text.replaceAll(CODE, "") : text);
