/** Contract of the lists of users. Source: document 000 "User Management APIs". */
import { z } from "zod";
import { Cursor, type Operation } from "@/lib/core/contract";
import { Role, UserRow } from "./contract.shapes";

/** The most accounts on one page. */
const PAGE_MAX = 500;

const UserListQuery = z.object({
  search: z.string().trim().max(100).optional().meta({ description: "part of the username, email address or name" }),
  role: Role.optional(),
  second_factor: z
    .enum(["none", "any"])
    .optional()
    .meta({ description: "for admins: only active accounts without a second factor, or with one" }),
  ids: z
    .string()
    .regex(/^\d{1,9}(,\d{1,9}){0,199}$/, { error: "must be at most 200 numbers, separated by commas" })
    .transform((text) => text.split(",").map(Number))
    .optional()
    .meta({ type: "string", description: "only the accounts with these ids, at most 200, separated by commas" }),
  limit: z
    .string()
    .regex(/^\d{1,15}$/, { error: "must be a whole number of 0 or more" })
    .transform((text) => Math.min(Number(text), PAGE_MAX))
    .optional()
    .meta({ type: "integer", minimum: 0, maximum: PAGE_MAX, description: "without it every user is listed" }),
  cursor: Cursor,
});
export type UserListQuery = z.output<typeof UserListQuery>;

/** The part of an answer that leads to the next page. */
export const NextCursor = z.object({
  next_cursor: z.string().nullable().optional().meta({ description: "With `limit`: null on the last page." }),
});

export const listUsers = {
  id: "listUsers",
  method: "GET",
  path: "/api/users",
  summary: "List all users",
  description:
    "For admins and moderators (document 003: user management, read-only for moderators). All users without a `limit`; a page of accounts with one.",
  document: "000 User Management APIs: Get All Users (Admin)",
  query: UserListQuery,
  response: z.object({ users: z.array(UserRow), count: z.number().int(), ...NextCursor.shape }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;

export const searchUsers = {
  id: "searchUsers",
  method: "GET",
  path: "/api/users/search",
  summary: "Find users by username or email",
  document: "000 User Management APIs: Search Users",
  query: z.object({ q: z.string().trim().min(2).max(100) }),
  response: z.object({ users: z.array(UserRow), count: z.number().int() }),
  errors: ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN"],
} as const satisfies Operation;
