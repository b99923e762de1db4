/** Shapes of sign-ins at providers, shared with sign-in by Discord. */
import { z } from "zod";

export const Platform = z.enum(["web", "android", "ios"]);
export type Platform = z.infer<typeof Platform>;

/** A path of this server, to which a sign-in returns. */
export const NextPath = z
  .string()
  .max(500)
  .regex(/^\/(?![/\\])[\x21-\x7e]*$/, { error: "must be a path of this server" });

const PORT_RULE = "must be a port from 1024 to 65535";

/** How the sign-in of an app ends. */
export const AppResponse = {
  response: z
    .enum(["token", "code"])
    .default("token")
    .meta({ description: "code: the address gets a code, which `POST /api/auth/token` exchanges; takes no `next`" }),
  code_challenge: z
    .string()
    .regex(/^[\w-]{43}$/, { error: "must be a PKCE challenge (S256)" })
    .optional()
    .meta({ description: "required with response=code (RFC 7636, S256)" }),
  loopback_port: z
    .string()
    .regex(/^\d{4,5}$/, { error: PORT_RULE })
    .transform(Number)
    .refine((port) => port >= 1024 && port <= 65_535, { error: PORT_RULE })
    .optional()
    .meta({
      type: "integer",
      description:
        "For programs on the person's own computer, with response=code: the browser brings `code`, or `error`, to `http://127.0.0.1:<port>/` (RFC 8252, section 7.3).",
    }),
};

/** The address of a provider's page, on which a person allows the sign-in. */
export const AuthUrl = z.object({ auth_url: z.url() });

/** The code, state and error with which a provider sends a browser back. */
export const ReturnQuery = z.object({
  code: z
    .string()
    .max(2048)
    .regex(/^[\x21-\x7e]+$/, { error: "is no code of a provider" })
    .optional(),
  state: z
    .string()
    .max(2048)
    .regex(/^[\w-]+\.[\w-]+$/, { error: "is no state of this server" })
    .optional(),
  error: z
    .string()
    .max(64)
    .regex(/^[\w-]+$/, { error: "is no error of a provider" })
    .optional(),
});
