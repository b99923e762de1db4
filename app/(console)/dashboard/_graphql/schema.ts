/** Introspection for the playground, and an example operation for each field. */
type TypeRef = { kind: string; name: string | null; ofType: TypeRef | null };
type Field = {
  name: string;
  description: string | null;
  args: { name: string; type: TypeRef; defaultValue: string | null }[];
  type: TypeRef;
};
export type SchemaType = { kind: string; name: string; description: string | null; fields: Field[] | null };
export type Root = "query" | "mutation" | "subscription";

const REF = "kind name ofType { kind name ofType { kind name ofType { kind name } } }";
export const INTROSPECTION = `{ __schema { types { kind name description fields { name description type { ${REF} } args { name defaultValue type { ${REF} } } } } } }`;

export const ROOTS: [Root, string][] = [
  ["query", "Query"],
  ["mutation", "Mutation"],
  ["subscription", "Subscription"],
];

/** A type as SDL writes it. */
export const typeText = (type: TypeRef): string =>
  type.kind === "NON_NULL"
    ? `${typeText(type.ofType!)}!`
    : type.kind === "LIST"
      ? `[${typeText(type.ofType!)}]`
      : (type.name ?? "");
const named = (type: TypeRef): TypeRef => (type.ofType ? named(type.ofType) : type);

/** Selects the scalar fields of a type; for a connection, those of its nodes. */
function selection(types: Map<string, SchemaType>, ref: TypeRef, indent: string): string {
  const fields = types.get(named(ref).name ?? "")?.fields;
  if (!fields) return "";
  const nodes = fields.find(({ name }) => name === "nodes");
  const plain = fields.filter(({ type, args }) => named(type).kind !== "OBJECT" && args.length === 0);
  const lines = nodes
    ? [`nodes${selection(types, nodes.type, `${indent}  `)}`, "pageInfo { hasNextPage endCursor }"]
    : plain.map(({ name }) => name);
  for (const field of nodes ? [] : fields)
    if (named(field.type).kind === "OBJECT" && field.args.length === 0 && indent.length < 6 && plain.length < 8)
      lines.push(`${field.name}${selection(types, field.type, `${indent}  `)}`);
  return ` {\n${lines.map((line) => `${indent}  ${line}\n`).join("")}${indent}}`;
}

/** Returns an example operation for one field, with its required arguments as variables and example values for them. */
export function operationFor(
  types: Map<string, SchemaType>,
  root: Root,
  { name, args, type }: Field,
): { query: string; variables: Record<string, unknown> } {
  const needed = args.filter((arg) => arg.type.kind === "NON_NULL");
  const declared = needed.map((arg) => `$${arg.name}: ${typeText(arg.type)}`).join(", ");
  const given = needed.map((arg) => `${arg.name}: $${arg.name}`).join(", ");
  const query = `${root}${declared && ` (${declared})`} {\n  ${name}${given && `(${given})`}${selection(types, type, "  ")}\n}`;
  const example = (ref: TypeRef) => (named(ref).name === "Boolean" ? false : named(ref).name === "Int" ? 0 : "");
  return { query, variables: Object.fromEntries(needed.map((arg) => [arg.name, example(arg.type)])) };
}
