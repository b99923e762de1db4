/** Changes the configuration, and reverts changes. */
import { isDeepStrictEqual } from "node:util";
import { type Actor, asAdmin, type UserActor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { staleUpdate } from "@/lib/core/versions";
import {
  type ConfigChange,
  SECTIONS,
  type SectionName,
  type SectionPatch,
  type Sections,
  type ServerPatch,
} from "./contract";
import { type ApplyDeps, applyEdits, type Edit } from "./service.apply";
import { asEditor } from "./service.editors";
import type { ConfigDeps } from "./service.types";
import { placed, serverFields, serverVersion, type Values } from "./values";

type Deps = ApplyDeps & Pick<ConfigDeps, "downloadRoot">;

/**
 * Returns the fields of a change with their values before it. @throws AppError CONFLICT one of them was changed again
 */
function fieldsBefore(name: SectionName, version: number, change: ConfigChange, current: Values): Values {
  const back: Values = {};
  for (const [field, { old, new: became }] of Object.entries(change.changes)) {
    if (!(field in SECTIONS[name].shape)) continue;
    if (!isDeepStrictEqual(current[field], became))
      throw new AppError("CONFLICT", `${field}: was changed again after version ${version}; undo that change first`, {
        field,
      });
    back[field] = old;
  }
  return back;
}

export function createConfigChanges(deps: Deps) {
  const { store, downloadRoot, load } = deps;

  /** Applies one edit; returns the event to announce, the section's fields and its version. */
  async function one<S extends SectionName>(user: UserActor, edit: Edit & { section: S }, message: string) {
    const { [edit.section]: current } = await applyEdits(deps, user, [edit]);
    return { message, ...(current.value as Sections[S]), version: current.version };
  }

  /**
   * Changes some fields of a section.
   *
   * @param patch  `version`, when given, is the version the fields were edited from
   * @throws AppError CONFLICT  the section was changed since; `details` hold its fields as they are
   */
  async function update<S extends SectionName>(actor: Actor, name: S, patch: SectionPatch<S>) {
    const { version, ...fields } = patch;
    const edit: Edit & { section: S } = {
      section: name,
      version,
      action: "update",
      fields: () => placed(downloadRoot, name, fields),
    };
    return one<S>(await asEditor(load, actor, name), edit, "Configuration updated");
  }

  /**
   * Document 002's PATCH: both of its sections or neither.
   *
   * @param edited  the version of both that the fields were edited from, if it must still be stored
   * @returns the fields that were sent, and the new version
   * @throws AppError CONFLICT  another version is stored
   */
  async function updateServer(actor: Actor, patch: ServerPatch, edited?: number) {
    const { enabledPhases, features, ...transfers } = patch;
    const edits: Edit[] = [
      { section: "transfers", action: "update", fields: () => placed(downloadRoot, "transfers", transfers) },
      { section: "features", action: "update", fields: () => ({ ...enabledPhases, ...features }) },
    ];
    const next = await applyEdits(deps, asAdmin(actor, "admin"), edits, (current) => {
      const version = serverVersion(current);
      if (edited === undefined || edited === version) return;
      const value = serverFields(downloadRoot, current);
      throw staleUpdate("The configuration", { version, value }, edited, { ...value, ...patch });
    });
    return { updated: Object.keys(patch), version: serverVersion(next) };
  }

  /** Changes fields of several sections: all of them, or none. */
  async function updateTogether(actor: Actor, patches: { [S in SectionName]?: Partial<Sections[S]> }) {
    const names = Object.keys(patches) as SectionName[];
    const edits = names.map(
      (section): Edit => ({ section, action: "update", fields: () => patches[section] as Values }),
    );
    await applyEdits(deps, await asEditor(load, actor, ...names), edits);
  }

  /** Restores a section's defaults. @param version as for `update` */
  async function reset(actor: Actor, name: SectionName, version?: number) {
    const fields = () => SECTIONS[name].defaults;
    const user = await asEditor(load, actor, name);
    return one(user, { section: name, version, action: "reset", fields }, "Defaults restored");
  }

  /**
   * Reverts the fields of one change, and no others.
   *
   * @throws AppError NOT_FOUND no such change, or it is not kept any more
   * @throws AppError CONFLICT one of its fields was changed again since
   */
  async function undo(actor: Actor, name: SectionName, version: number) {
    const user = asAdmin(actor, "admin");
    const change = await store.change(name, version);
    if (!change) throw new AppError("NOT_FOUND", `There is no change ${version} of this section`);
    const fields = (current: Values) => fieldsBefore(name, version, change, current);
    return one(user, { section: name, action: "undo", undoes: version, fields }, `Change ${version} taken back`);
  }

  return { update, updateServer, updateTogether, reset, undo };
}
