/** Document 000: its examples about accounts, users and the bots of a user. */
import type { Json } from "../api";
import { admin, anonymous, BOT, newcomer, ofBot, PASSWORD, type Row, TIME, USER, user } from "./000.shapes";

export const ACCOUNT_ROWS: Row[] = [
  {
    endpoint: "POST /api/auth/register",
    as: anonymous,
    body: { username: newcomer, email: `${newcomer}@example.org`, password: PASSWORD, fullname: "string" },
    answer: { success: true, message: "Registration successful" },
  },
  {
    endpoint: "POST /api/auth/register",
    as: anonymous,
    body: { username: `${newcomer}2`, email: `${newcomer}2@example.org`, password: PASSWORD },
    answer: { success: true, message: "Registration successful" },
  },
  {
    endpoint: "POST /api/auth/login",
    as: anonymous,
    body: { username: newcomer, password: PASSWORD },
    answer: { success: true, user: { ...USER, role: "user" } },
  },
  { endpoint: "GET /api/auth/me", as: user, answer: { user: { ...USER, role: "user", created_at: TIME } } },
  {
    endpoint: "POST /api/auth/update-profile",
    as: user,
    body: { fullname: "Ada Lovelace", phone: "+44 20 1234", birthday: "1815-12-10", gender: "female" },
    answer: { success: true },
  },
  { endpoint: "POST /api/auth/update-profile", as: user, body: { phone: "+44 20 99" }, answer: { success: true } },
  {
    endpoint: "POST /api/auth/forgot-password",
    as: anonymous,
    body: { email: "nobody@example.org" },
    answer: { success: true, message: "If email exists, reset link has been sent" },
  },
  {
    endpoint: "GET /api/users",
    as: admin,
    // Document 002 adds people without an account, whose ids are texts. Transfers of other test files may have made some.
    described: ({ users, count }) => ({ users: users.filter(({ kind }: Json) => kind === "account"), count }),
    answer: { users: [{ ...USER, created_at: TIME, role: "user" }], count: 10 },
  },
  {
    endpoint: "GET /api/users/{user_id}",
    as: user,
    params: ({ ada }) => ({ user_id: String(ada.id) }),
    answer: {
      user: {
        ...USER,
        phone: "string",
        birthday: "string",
        gender: "string",
        created_at: TIME,
        last_login: TIME,
        is_active: true,
        role: "user",
      },
    },
  },
  {
    endpoint: "GET /api/users/{user_id}/bots",
    as: user,
    params: ({ ada }) => ({ user_id: String(ada.id) }),
    answer: { bots: [{ ...BOT, owner_id: 1 }], count: 5 },
  },
  {
    endpoint: "GET /api/users/search",
    as: admin,
    query: ({ ada }) => ({ q: ada.username.slice(0, 6) }),
    answer: { users: [{ ...USER, created_at: TIME }], count: 5 },
  },
  { endpoint: "GET /api/my-bots", as: user, answer: { bots: [{ ...BOT, metadata: {} }], count: 5 } },
  {
    endpoint: "POST /api/my-bots",
    as: user,
    body: { name: "string", metadata: { platform: "telegram" } },
    answer: { success: true, bot_id: "string", token: "string" },
  },
  {
    endpoint: "POST /api/my-bots",
    as: user,
    body: { name: "string" },
    answer: { success: true, bot_id: "string", token: "string" },
  },
  {
    endpoint: "GET /api/my-bots/{bot_id}",
    as: user,
    params: ofBot,
    answer: { bot: { ...BOT, last_active: TIME, metadata: {} } },
  },
  {
    endpoint: "PUT /api/my-bots/{bot_id}",
    as: user,
    params: ofBot,
    body: { name: "Renamed", metadata: { platform: "discord" } },
    answer: { success: true },
  },
  { endpoint: "GET /api/my-bots/{bot_id}/token", as: user, params: ofBot, answer: { token: "string" } },
  { endpoint: "GET /api/my-bots/{bot_id}/data", as: user, params: ofBot, answer: { data: null } },
  { endpoint: "GET /api/admin/bots", as: admin, answer: { bots: [{ ...BOT, owner_id: null }], count: 20 } },
];
