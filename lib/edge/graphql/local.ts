/**
 * Limits callers without a credential (OPEN_OPS_API) to the fields of document 002 and of its own program. Restoring a backup
 * replaces the whole database, so it needs a credential although that program has it.
 */
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { DOCUMENT_SDL } from "./sdl/index";
import { ORIGINAL_SDL } from "./sdl/original";

const CLOSED = new Set(["Mutation.restoreBackup", "Mutation.verifyIntegrity"]);

function documentFields(): ReadonlySet<string> {
  const fields = parse(`${DOCUMENT_SDL}\n${ORIGINAL_SDL}`).definitions.flatMap((type) =>
    type.kind === "ObjectTypeDefinition" || type.kind === "ObjectTypeExtension"
      ? (type.fields ?? []).map((field) => `${type.name.value}.${field.name.value}`)
      : [],
  );
  return new Set(fields.filter((field) => !CLOSED.has(field)));
}

const ALLOWED = documentFields();

/** Returns why a valid document is refused to a caller without a credential, or undefined. */
export function beyondDocument(schema: GraphQLSchema, document: DocumentNode): GraphQLError | undefined {
  const types = new TypeInfo(schema);
  let refused: string | undefined;
  visit(
    document,
    visitWithTypeInfo(types, {
      Field({ name }) {
        const field = `${types.getParentType()?.name}.${name.value}`;
        // Introspection shows what the documentation says anyway.
        if (!name.value.startsWith("__") && !field.startsWith("__") && !ALLOWED.has(field)) refused ??= field;
      },
    }),
  );
  if (refused === undefined) return undefined;
  return new GraphQLError(`${refused} needs a credential: OPEN_OPS_API opens the fields of document 002 alone`, {
    extensions: { code: "UNAUTHORIZED" },
  });
}
