import { countText } from "@/lib/core/format/units";
import type { OpenApi, Schema } from "./openapi";
import { resolve } from "./openapi";

const LIMIT = 4;

/** "string", "integer[]", "Bot", "online | offline": a schema's type in one line. */
function typeText(schema: Schema, api: OpenApi): string {
  const { schema: target, name } = resolve(schema, api);
  if (name) return name;
  if (target.const !== undefined) return JSON.stringify(target.const);
  if (target.enum) return target.enum.map((value) => JSON.stringify(value)).join(" | ");
  const choices = target.anyOf ?? target.oneOf;
  if (choices) return [...new Set(choices.map((each) => typeText(each, api)))].join(" | ");
  if (Array.isArray(target.type)) return target.type.join(" | ");
  if (target.type === "array") return target.items ? `${typeText(target.items, api)}[]` : "array";
  if (target.format) return `${target.type} (${target.format})`;
  return target.type ?? "any";
}

/** Describes a schema's constraints in words. */
function rules(schema: Schema): string {
  const limits: string[] = [];
  if (schema.minLength !== undefined && schema.minLength > 0)
    limits.push(`at least ${countText(schema.minLength, "character")}`);
  if (schema.maxLength !== undefined) limits.push(`at most ${countText(schema.maxLength, "character")}`);
  if (schema.minimum !== undefined && Number.isSafeInteger(schema.minimum) && schema.minimum > -1e15) {
    if (schema.minimum !== Number.MIN_SAFE_INTEGER) limits.push(`≥ ${schema.minimum}`);
  }
  if (schema.maximum !== undefined && schema.maximum < Number.MAX_SAFE_INTEGER) limits.push(`≤ ${schema.maximum}`);
  if (schema.maxItems !== undefined) limits.push(`at most ${countText(Number(schema.maxItems), "item")}`);
  if (schema.default !== undefined) limits.push(`default ${JSON.stringify(schema.default)}`);
  return limits.join(", ");
}

/**
 * Returns the object inside a schema that can be expanded: the schema itself, its reference, its items, or its only
 * object alternative.
 */
function innerObject(schema: Schema, api: OpenApi): Schema | undefined {
  const { schema: target } = resolve(schema, api);
  if (target.properties) return target;
  if (target.items) return innerObject(target.items, api);
  const objects = (target.anyOf ?? target.oneOf ?? []).map((each) => innerObject(each, api)).filter((each) => each);
  return objects[0];
}

type SchemaViewProps = { schema: Schema; api: OpenApi; depth?: number };

/** A schema as a list of its properties. Nested objects expand in place. */
export function SchemaView({ schema, api, depth = 0 }: SchemaViewProps) {
  const object = innerObject(schema, api);
  if (!object?.properties) {
    return (
      <p className="font-mono text-[13px] text-muted">
        {typeText(schema, api)} <span className="font-sans text-faint">{rules(resolve(schema, api).schema)}</span>
      </p>
    );
  }
  return (
    <ul className={depth === 0 ? "rounded-md border border-line" : "ml-3 border-line border-l"}>
      {Object.entries(object.properties).map(([name, property]) => (
        <Property
          key={name}
          name={name}
          schema={property}
          required={object.required?.includes(name) ?? false}
          api={api}
          depth={depth}
        />
      ))}
    </ul>
  );
}

type PropertyProps = { name: string; schema: Schema; required: boolean; api: OpenApi; depth: number };

function Property({ name, schema, required, api, depth }: PropertyProps) {
  const { schema: target } = resolve(schema, api);
  const inner = depth < LIMIT ? innerObject(schema, api) : undefined;
  const note = [target.description, rules(target)].filter(Boolean).join(" · ");
  const line = (
    <>
      <code className="font-medium text-text">{name}</code>{" "}
      <span className="break-words font-mono text-[12px] text-info">{typeText(schema, api)}</span>{" "}
      {required ? null : <span className="text-faint text-xs">optional</span>}{" "}
      {note ? <span className="text-[13px] text-muted">{note}</span> : null}
    </>
  );
  return (
    <li className="border-line border-b px-3 py-1.5 last:border-b-0">
      {inner ? (
        <details>
          <summary className="cursor-pointer marker:text-faint">{line}</summary>
          <div className="mt-1.5">
            <SchemaView schema={inner} api={api} depth={depth + 1} />
          </div>
        </details>
      ) : (
        line
      )}
    </li>
  );
}
