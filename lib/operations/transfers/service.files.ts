/** Reads the files that a transfer downloaded. */
import type { Actor } from "@/lib/core/actor";
import { AppError } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { type Piece, readPieces } from "./disk";
import type { StoredFile } from "./rows";
import type { TaskAccess } from "./service.access";
import { tarOf } from "./tar";
import { fileOf } from "./work";

export function createTaskFiles({ reach }: Pick<TaskAccess, "reach">) {
  /**
   * Finds a file, or one of its parts.
   *
   * @param part from 1; without it the whole file, or a tar if there are several files
   * @returns `read` gives the bytes from ≤ byte < to
   * @throws AppError NOT_FOUND no such task, part or file, or not one the actor may see
   */
  async function file(actor: Actor, id: string, part?: number) {
    const row = await reach(actor, id, "read");
    const files =
      row.destination === "local" && row.status === "completed" ? (readJson(row.files) as StoredFile[]) : [];
    const one = part === undefined ? undefined : files[part - 1];
    const whole = part === undefined ? filesIn(files) : [];
    if (!one && whole.length === 0) throw new AppError("NOT_FOUND", "This transfer has no such file on this server");
    const title = row.filename ?? "download";
    const isTar = whole.length > 1 || whole[0]?.path?.includes("/");
    const pieces: Piece[] = one
      ? [{ file: fileOf(row, one), from: one.from, bytes: one.bytes }]
      : isTar
        ? tarOf(
            whole.map((each) => ({ name: each.path ?? title, file: fileOf(row, each), bytes: each.bytes })),
            row.finished_at ?? row.created_at,
          )
        : [{ file: fileOf(row, whole[0]!), from: 0, bytes: whole[0]!.bytes }];
    return {
      name: one ? one.name.split("/").at(-1)! : isTar ? `${title}.tar` : title,
      size: pieces.reduce((sum, piece) => sum + ("made" in piece ? piece.made.length : piece.bytes), 0),
      read: (from: number, to: number) => readPieces(pieces, from, to),
    };
  }

  return { file };
}

/** Joins the parts that belong to one file. */
function filesIn(pieces: readonly StoredFile[]): StoredFile[] {
  const files = new Map<string, StoredFile>();
  for (const part of pieces) {
    const before = files.get(part.path ?? "");
    files.set(part.path ?? "", { ...part, from: 0, bytes: part.bytes + (before?.bytes ?? 0) });
  }
  return [...files.values()];
}
