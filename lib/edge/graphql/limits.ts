/**
 * Limits of one operation: depth, cost, aliases and root fields are counted here, tokens while it is parsed. The cost
 * is one for each object read; an object in a list counts as often as the list may be long.
 */
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from "graphql";
import { FIRST_MAX } from "./page";

export const TOKENS_MAX = 2_000;
const DEPTH_MAX = 12;
const COST_MAX = 5_000;
const ALIASES_MAX = 30;
/** The most root fields of an operation, each of which calls a service. */
const ROOTS_MAX = 20;
/** Introspection is deep by nature; graphql's own rule bounds its loops. */
const INTROSPECTION_DEPTH = 20;
/** The assumed length of a list without `first` or `limit`. */
const LIST = 10;
/** The most fields of a document, counted as if every fragment were expanded where it is spread. */
const FIELDS_MAX = 10_000;

type Variables = Record<string, unknown>;

/** Returns why a valid document's operation is refused, or undefined. */
export function excess(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables,
): GraphQLError | undefined {
  const operations = document.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const operation = operations.find((one) => !operationName || one.name?.value === operationName);
  if (!operation) return undefined;
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  );
  const fields = written(operation.selectionSet, fragments);
  const over = (what: string, found: number, max: number) =>
    found > max
      ? new GraphQLError(`This operation is too large: ${what} ${found}, at most ${max}. Ask for less at once.`, {
          extensions: { code: "INVALID_INPUT", limit: what, max },
        })
      : undefined;
  // Check this first, before anything visits all of the fields.
  if (fields > FIELDS_MAX) return over("fields", fields, FIELDS_MAX);
  const counted = new Counter(schema, fragments, defaults(operation, variables));
  const root = schema.getRootType(operation.operation);
  if (!root) return undefined;
  const cost = counted.cost(operation.selectionSet, root, 1, 0);
  return (
    over("root fields", counted.roots, ROOTS_MAX) ??
    over("aliases", counted.aliases, ALIASES_MAX) ??
    over("depth", counted.depth, DEPTH_MAX) ??
    over("cost", cost, COST_MAX)
  );
}

/**
 * Counts the fields of a selection as if every fragment were expanded where it is spread. `known` keeps the count of each
 * fragment: fragments that spread one another twice expand to 2^n fields, too many to visit.
 */
function written(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  known = new Map<string, number>(),
): number {
  let sum = 0;
  for (const one of set.selections) {
    if (one.kind === Kind.FRAGMENT_SPREAD) {
      const name = one.name.value;
      const fragment = fragments.get(name);
      if (fragment && !known.has(name)) known.set(name, written(fragment.selectionSet, fragments, known));
      sum += known.get(name) ?? 0;
    } else
      sum += (one.kind === Kind.FIELD ? 1 : 0) + (one.selectionSet ? written(one.selectionSet, fragments, known) : 0);
  }
  return sum;
}

function defaults(operation: OperationDefinitionNode, variables: Variables): Variables {
  const own: Variables = { ...variables };
  for (const { variable, defaultValue } of operation.variableDefinitions ?? [])
    if (own[variable.name.value] === undefined && defaultValue?.kind === Kind.INT)
      own[variable.name.value] = Number(defaultValue.value);
  return own;
}

class Counter {
  depth = 0;
  aliases = 0;
  roots = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Map<string, FragmentDefinitionNode>,
    private readonly variables: Variables,
  ) {}

  /** `length` is the maximum length of a list directly below, if the parent field's arguments set one. */
  cost(set: SelectionSetNode, type: GraphQLCompositeType, depth: number, length: number, hidden = false): number {
    let sum = 0;
    for (const one of set.selections) {
      if (this.aliases > ALIASES_MAX || this.roots > ROOTS_MAX || sum > COST_MAX) return sum;
      if (one.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = this.fragments.get(one.name.value);
        if (fragment) sum += this.cost(fragment.selectionSet, this.composite(fragment, type), depth, length, hidden);
        continue;
      }
      if (one.kind === Kind.INLINE_FRAGMENT) {
        sum += this.cost(one.selectionSet, this.composite(one, type), depth, length, hidden);
        continue;
      }
      if (one.alias) this.aliases++;
      if (depth === 1) this.roots++;
      const secret = hidden || one.name.value.startsWith("__");
      this.depth = Math.max(this.depth, secret ? depth - (INTROSPECTION_DEPTH - DEPTH_MAX) : depth);
      const field = isObjectType(type) ? type.getFields()[one.name.value] : undefined;
      if (secret) {
        if (one.selectionSet) this.cost(one.selectionSet, type, depth + 1, 0, true);
        sum += 1;
        continue;
      }
      const below = field && getNamedType(field.type);
      if (!field || !one.selectionSet || !isCompositeType(below)) continue;
      const asked = one.arguments?.find(({ name }) => name.value === "first" || name.value === "limit")?.value;
      const usual = field.args.find(({ name }) => name === "first" || name === "limit")?.defaultValue;
      const said = asked?.kind === Kind.VARIABLE ? this.variables[asked.name.value] : undefined;
      const number = asked?.kind === Kind.INT ? Number(asked.value) : typeof said === "number" ? said : usual;
      const next = typeof number === "number" ? Math.min(Math.max(0, number), FIRST_MAX) : 0;
      const isList = isListType(getNullableType(field.type));
      const times = isList ? length || next || LIST : 1;
      sum += times * (1 + this.cost(one.selectionSet, below, depth + 1, isList ? 0 : next));
    }
    return sum;
  }

  private composite(
    { typeCondition }: { typeCondition?: { name: { value: string } } },
    otherwise: GraphQLCompositeType,
  ): GraphQLCompositeType {
    const named = typeCondition && this.schema.getType(typeCondition.name.value);
    return named && isCompositeType(named) ? named : otherwise;
  }
}
