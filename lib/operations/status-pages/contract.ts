/** Contract of status pages, as people manage them. All our own ("muster"; docs/decisions/041). */
import { z } from "zod";
import {
  BotId,
  Cursor,
  EditedVersion,
  Name,
  NameOrEmpty,
  type Operation,
  Success,
  Time,
  Version,
  WholeNumber,
} from "@/lib/core/contract";
import { TagName } from "@/lib/core/contract.tags";
import { AccountId, TeamId } from "@/lib/identity/teams/contract";
import { COMPONENTS_MAX, VISIBILITIES } from "./contract.constants";

/** The part of a page's address that people choose. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/, {
    error: "must be 1 to 48 lower-case letters, digits and dashes, and begin and end with a letter or digit",
  })
  .meta({ example: "night-shift" });

const Component = z
  .object({
    name: NameOrEmpty(80).default("").meta({ description: "What readers see; empty: the bot's name, or the tag." }),
    bot_id: BotId.optional().meta({ description: "the bot of this line" }),
    tag: TagName.optional().meta({ description: "the line sums up the team's bots with this tag" }),
  })
  .refine(({ bot_id, tag }) => (bot_id === undefined) !== (tag === undefined), {
    error: "needs either bot_id or tag",
    path: ["bot_id"],
  })
  .meta({ id: "StatusPageLine" });
export type Component = z.output<typeof Component>;

export const StatusPage = z
  .object({
    page_id: z.string(),
    team_id: z.number().int(),
    created_by: z.number().int().nullable(),
    slug: z.string(),
    title: z.string(),
    description: z.string(),
    visibility: z.enum(VISIBILITIES),
    components: z.array(Component),
    path: z
      .string()
      .meta({ description: "Where it is read. With `link` it holds the secret.", example: "/status/bots" }),
    can_manage: z.boolean().meta({ description: "Whether you may change it." }),
    version: Version,
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "StatusPage" });
export type StatusPage = z.infer<typeof StatusPage>;

const PageFields = z.object({
  title: Name(80).meta({ example: "Bots of the night shift" }),
  slug: Slug,
  description: NameOrEmpty(500).default("").meta({ description: "Shown below the title." }),
  visibility: z
    .enum(VISIBILITIES)
    .default("off")
    .meta({ description: "`public`: everybody; `link`: whoever has the secret address; `off`: nobody" }),
  components: z.array(Component).max(COMPONENTS_MAX).default([]),
});
export type PageInput = z.output<typeof PageFields>;

export const PageParams = z.object({ page_id: z.string().min(1).max(64) });
const OURS = { document: "muster" } as const;
export const READ = ["INVALID_INPUT", "UNAUTHORIZED", "FORBIDDEN", "NOT_FOUND"] as const;
export const CHANGE = [...READ, "CONFLICT"] as const;

export const listStatusPages = {
  ...OURS,
  id: "listStatusPages",
  method: "GET",
  path: "/api/status-pages",
  summary: "List status pages, newest first",
  description: "Those of your teams; staff see all.",
  query: z.object({
    limit: WholeNumber(50, 100),
    cursor: Cursor,
    team_id: TeamId.optional().meta({ type: "integer", description: "only pages of this team" }),
  }),
  response: z.object({
    pages: z.array(StatusPage),
    count: z.number().int(),
    next_cursor: z.string().nullable(),
  }),
  errors: READ,
} as const satisfies Operation;

export const createStatusPage = {
  ...OURS,
  id: "createStatusPage",
  method: "POST",
  path: "/api/status-pages",
  summary: "Create a status page",
  description: `It shows the state and the uptime of bots, incidents and maintenance to people without an account, at \`/status/<slug>\`. Nobody but the team sees it while \`visibility\` is \`off\`. Maintainers of the team create pages.`,
  body: PageFields.extend({
    team_id: AccountId.optional().meta({ description: "absent: your personal team" }),
  }),
  response: Success.extend({ page: StatusPage }),
  errors: CHANGE,
} as const satisfies Operation;

export const getStatusPage = {
  ...OURS,
  id: "getStatusPage",
  method: "GET",
  path: "/api/status-pages/{page_id}",
  summary: "Get a status page",
  params: PageParams,
  response: z.object({ page: StatusPage }),
  etag: "page.version",
  errors: READ,
} as const satisfies Operation;

export const updateStatusPage = {
  ...OURS,
  id: "updateStatusPage",
  method: "PUT",
  path: "/api/status-pages/{page_id}",
  summary: "Replace a status page",
  description: "The team stays, and so do the incidents.",
  params: PageParams,
  body: PageFields.extend({ version: EditedVersion }),
  update: "closed",
  response: Success.extend({ page: StatusPage }),
  etag: "page.version",
  errors: CHANGE,
} as const satisfies Operation;

export const deleteStatusPage = {
  ...OURS,
  id: "deleteStatusPage",
  method: "DELETE",
  path: "/api/status-pages/{page_id}",
  summary: "Delete a status page with its incidents",
  params: PageParams,
  response: Success,
  errors: READ,
} as const satisfies Operation;

export const renewStatusPageLink = {
  ...OURS,
  id: "renewStatusPageLink",
  method: "POST",
  path: "/api/status-pages/{page_id}/renew-link",
  summary: "Replace the secret in a status page's address",
  description: "The old link ends at once. Only pages with visibility `link` need the secret.",
  params: PageParams,
  response: Success.extend({ page: StatusPage }),
  errors: CHANGE,
} as const satisfies Operation;

declare module "@/lib/core/bus" {
  interface Facts {
    /** A status page or one of its incidents was created, changed or deleted. */
    "status_page.changed": { page_id: string };
  }
}
