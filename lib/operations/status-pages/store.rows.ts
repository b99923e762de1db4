/** Rows of status pages and incidents, and the form in which people see them. */
import { iso, isoOrNull } from "@/lib/core/clock";
import type { Row } from "@/lib/core/db";
import { readJson } from "@/lib/core/format/json";
import type { Component, PageInput, StatusPage } from "./contract";
import type { Incident } from "./contract.incidents";

export type PageRow = Row<"status_page">;
export type IncidentRow = Row<"status_incident">;
export type PageColumns = Pick<PageRow, "slug" | "title" | "description" | "visibility" | "components">;
/** An update as it is stored; `at` in epoch ms. */
export type StoredUpdate = { state: Incident["state"]; text: string; at: number };

export const componentsOf = ({ components }: Pick<PageRow, "components">): Component[] =>
  readJson<Component[]>(components);
export const updatesOf = ({ updates }: Pick<IncidentRow, "updates">): StoredUpdate[] =>
  readJson<StoredUpdate[]>(updates);

export const columnsOf = ({ components, slug, title, description, visibility }: PageInput): PageColumns => ({
  ...{ slug, title, description, visibility, components: JSON.stringify(components) },
});

/** The fields of a page that people set. */
export const inputOf = (row: PageColumns): PageInput => ({
  ...{ slug: row.slug, title: row.title, description: row.description, components: componentsOf(row) },
  visibility: row.visibility as PageInput["visibility"],
});

/** @param path where the page is read */
export const toStatusPage = (row: PageRow, path: string, can_manage: boolean): StatusPage => ({
  ...{ page_id: row.id, team_id: row.team_id, created_by: row.created_by, ...inputOf(row), path, can_manage },
  ...{ version: row.version, created_at: iso(row.created_at), updated_at: iso(row.updated_at) },
});

export const toIncident = (row: IncidentRow): Incident => ({
  ...{ incident_id: row.id, title: row.title },
  impact: row.impact as Incident["impact"],
  state: row.state as Incident["state"],
  ...{ started_at: iso(row.started_at), resolved_at: isoOrNull(row.resolved_at) },
  updates: updatesOf(row).map(({ state, text, at }) => ({ state, text, at: iso(at) })),
});
