/** The columns that hold values encrypted with the server's key. `encrypted.test.ts` compares the list with the code and the schema. */
import type { Tables } from "@/generated/tables";

export type EncryptedColumn = {
  table: keyof Tables;
  /** The column that identifies a row. */
  key: string;
  column: string;
  /** Only the row with this key is encrypted. */
  row?: string;
  /** The column is JSON in which values of this name are encrypted. */
  field?: string;
  /** The file that hands `seal` to the code that writes the column. */
  writer: string;
};

export const ENCRYPTED: EncryptedColumn[] = [
  { table: "bot", key: "id", column: "token_cipher", writer: "lib/fleet/bots/index.ts" },
  {
    ...{ table: "second_factor", key: "user_id", column: "secret" },
    writer: "lib/identity/accounts/second-factor/wiring.ts",
  },
  { table: "audit_stream", key: "kind", column: "address", writer: "lib/identity/audit/index.ts" },
  { table: "push_device", key: "id", column: "address", writer: "lib/community/notifications/index.ts" },
  {
    ...{ table: "setting", key: "key", column: "value", row: "vapid_keys" },
    writer: "lib/community/notifications/index.ts",
  },
  { table: "alert_channel", key: "id", column: "address", writer: "lib/operations/alerts/index.ts" },
  { table: "webhook", key: "id", column: "address", writer: "lib/operations/webhooks/index.ts" },
  { table: "webhook", key: "id", column: "secret", writer: "lib/operations/webhooks/index.ts" },
  { table: "webhook", key: "id", column: "old_secret", writer: "lib/operations/webhooks/index.ts" },
  { table: "incoming_webhook", key: "id", column: "secret", writer: "lib/operations/incoming/index.ts" },
  { table: "incoming_webhook", key: "id", column: "source", writer: "lib/operations/incoming/index.ts" },
  { table: "plugin", key: "name", column: "settings", field: "sealed", writer: "lib/operations/plugins/settings.ts" },
  { table: "transfer", key: "id", column: "credentials", writer: "lib/operations/transfers/fetch/credentials.ts" },
  {
    ...{ table: "transfer", key: "id", column: "state", field: "drive" },
    writer: "lib/operations/transfers/send/gdrive.ts",
  },
  { table: "mail_message", key: "id", column: "content", writer: "lib/core/mail/index.ts" },
];
