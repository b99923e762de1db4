/** Values of GraphQL whose numbers keep their digits (lib/core/format/json.ts). */
import { GraphQLError, GraphQLScalarType, type GraphQLSchema, isScalarType, Kind, type ValueNode } from "graphql";
import { NumberRangeError, readJson } from "@/lib/core/format/json";

type Variables = Record<string, unknown> | null | undefined;

/** A value written in the query's text: graphql's own reader would round its integers. */
function literal(node: ValueNode, variables: Variables, path: string[] = []): unknown {
  switch (node.kind) {
    case Kind.INT:
    case Kind.FLOAT:
      try {
        return readJson(node.value);
      } catch (error) {
        if (!(error instanceof NumberRangeError)) throw error;
        throw new GraphQLError(new NumberRangeError(path.join(".")).message, { nodes: node });
      }
    case Kind.LIST:
      return node.values.map((item, at) => literal(item, variables, [...path, String(at)]));
    case Kind.OBJECT:
      return Object.fromEntries(
        node.fields.map(({ name, value }) => [name.value, literal(value, variables, [...path, name.value])]),
      );
    case Kind.NULL:
      return null;
    case Kind.VARIABLE:
      return variables?.[node.name.value];
    default:
      return node.value;
  }
}

/** Passed through as it is. */
export const JSON_SCALAR = new GraphQLScalarType({
  name: "JSON",
  description: "Any JSON value.",
  parseValue: (value) => value,
  parseLiteral: (node, variables) => literal(node, variables),
});

/** Lets variables of type ID and Float be integers beyond what a number holds. An id keeps its digits. */
export function takeLargeIntegers(schema: GraphQLSchema): void {
  for (const [name, convert] of [["ID", String] as const, ["Float", Number] as const]) {
    const scalar = schema.getType(name);
    if (!isScalarType(scalar)) continue;
    const parse = scalar.parseValue;
    scalar.parseValue = (value) => parse(typeof value === "bigint" ? convert(value) : value);
  }
}
