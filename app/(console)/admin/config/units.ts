const SPANS: Record<string, number> = { seconds: 1, minutes: 60, hours: 3600 };

/** Returns the text beside a number of seconds, minutes or hours that is hard to read, such as "= 1 h 30 min". */
export function inWords(value: unknown, unit = ""): string {
  const size = SPANS[unit];
  if (!size || typeof value !== "number" || !(value * size >= 60) || !Number.isFinite(value)) return "";
  let rest = value * size;
  const amounts: string[] = [];
  for (const [name, length] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) amounts.push(`${count} ${name}`);
  }
  const text = amounts.slice(0, 2).join(" ");
  return amounts.length === 1 && text === `${value} ${unit === "minutes" ? "min" : unit[0]}` ? "" : `= ${text}`;
}
