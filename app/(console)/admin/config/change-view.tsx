import { cn } from "@/app/_ui/cn";
import { writeJson } from "@/lib/core/format/json";

/** Returns the text that shows a value to a person. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "not set";
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "empty" : value.map(entryText).join("\n");
  if (typeof value === "object") {
    const rows = Object.entries(value);
    return rows.length === 0 ? "empty" : rows.map(([name, one]) => `${name}: ${entryText(one)}`).join("\n");
  }
  return String(value);
}
const entryText = (value: unknown): string => (typeof value === "string" ? value : writeJson(value));

const plain = "whitespace-pre-wrap rounded px-2 py-1 text-[13px] [overflow-wrap:anywhere]";

export function ValueText({ value }: { value: unknown }) {
  return <p className={cn(plain, "bg-panel text-text")}>{valueText(value)}</p>;
}

/** Shows a field's old and new value. For two lists it shows the removed and added entries instead. */
export function ChangeView({ old, next }: { old: unknown; next: unknown }) {
  let [went, came]: [unknown, unknown] = [old, next];
  if (Array.isArray(old) && Array.isArray(next)) {
    const [before, after] = [old.map(entryText), next.map(entryText)];
    const [lost, won] = [before.filter((one) => !after.includes(one)), after.filter((one) => !before.includes(one))];
    // Show lists that differ only in their order as a whole: no entry was added or removed.
    if (lost.length + won.length > 0) [went, came] = [lost.length > 0 ? lost : null, won.length > 0 ? won : null];
    if (went === null) return <Line sign="+" value={came} />;
    if (came === null) return <Line sign="−" value={went} />;
  }
  return (
    <div className="space-y-1">
      <Line sign="−" value={went} />
      <Line sign="+" value={came} />
    </div>
  );
}

function Line({ sign, value }: { sign: "−" | "+"; value: unknown }) {
  const Mark = sign === "−" ? "del" : "ins";
  return (
    <Mark
      className={cn(plain, "flex gap-2 no-underline", sign === "−" ? "bg-bad-soft text-bad" : "bg-ok-soft text-ok")}
    >
      <span aria-hidden className="select-none font-mono">
        {sign}
      </span>
      <span className="min-w-0">{valueText(value)}</span>
    </Mark>
  );
}
