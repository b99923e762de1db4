/** Rules of the audit log's streams: admins set them up, and a led job for each sends what was sealed since. */
import type { z } from "zod";
import { type Actor, asAdmin } from "@/lib/core/actor";
import { describeAct } from "@/lib/core/acts";
import { isoOrNull } from "@/lib/core/clock";
import { AppError, invalid } from "@/lib/core/errors";
import { readJson } from "@/lib/core/format/json";
import { cutText } from "@/lib/core/format/text";
import { demandSecureUrl } from "@/lib/core/outbound/secure-url";
import { newSigningSecret } from "@/lib/core/outbound/signed";
import { entryOf } from "@/lib/identity/audit/show";
import type { ChainStore } from "@/lib/identity/audit/store.chain";
import type { AuditStream, putAuditStream, StreamKind } from "./contract";
import { type Address, type SendDeps, send, targetOf } from "./send";
import type { StreamRow, StreamStore } from "./store";

type Deps = SendDeps & {
  streams: StreamStore;
  chain: Pick<ChainStore, "sealedAfter" | "head" | "checkpoint">;
  seal(text: string): string;
  unseal(text: string): string;
};
type Input = z.output<typeof putAuditStream.body>;

/** Entries of one connection or request. */
const BATCH = 100;

/** The address as it is shown. The path of a webhook may be a credential. */
function hintOf(kind: StreamKind, url: string): string {
  const { protocol, host } = new URL(url);
  return kind === "webhook" ? host : `${protocol}//${host}`;
}

/** @throws AppError INVALID_INPUT naming what an address must look like */
function checkAddress(kind: StreamKind, { url, ca }: Address): void {
  if (kind === "webhook") {
    demandSecureUrl(url);
    if (ca !== undefined) throw invalid("ca", "is for tls:// only");
    return;
  }
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^(udp|tcp|tls):$/.test(parsed.protocol) || !(Number(parsed.port) > 0) || parsed.hostname === "")
    throw invalid("url", "must be udp://, tcp:// or tls:// with a host and a port");
  if (parsed.username || parsed.password || parsed.pathname.length > 1 || parsed.search)
    throw invalid("url", "must be no more than a host and a port");
  if (ca !== undefined && targetOf({ url }).protocol !== "tls") throw invalid("ca", "is for tls:// only");
}

/** The address that an input sets; undefined when it leaves the stored one. @throws AppError INVALID_INPUT */
function newAddress(kind: StreamKind, { url, ca }: Input, before: StreamRow | undefined): Address | undefined {
  if (url === undefined && ca === undefined && before) return undefined;
  if (url === undefined) throw invalid("url", "is required");
  const address = { url, ...(ca && { ca }) };
  checkAddress(kind, address);
  return kind === "webhook" ? { ...address, secret: newSigningSecret() } : address;
}

/** Returns the position at which a new or restarted stream begins; undefined to keep the stored one. */
async function beginning(chain: Deps["chain"], { from }: Input, isNew: boolean): Promise<number | undefined> {
  if (from === "start") return (await chain.checkpoint())?.position ?? 0;
  return from === "now" || isNew ? (await chain.head()).position : undefined;
}

export function createStreams(deps: Deps) {
  const { streams, chain, seal, unseal, now } = deps;

  const addressOf = ({ address }: StreamRow) => readJson(unseal(address)) as Address;

  function shown(row: StreamRow, head: number): AuditStream {
    const { kind, enabled, hint, position, last_sent_at, last_error } = row;
    const behind = Math.max(0, head - position);
    return { kind, enabled: enabled === 1, hint, position, behind, last_sent_at: isoOrNull(last_sent_at), last_error };
  }

  /** Sends the next entries. @returns whether there may be more @throws what the receiver or the network throws */
  async function advance(row: StreamRow): Promise<boolean> {
    const rows = await chain.sealedAfter(row.position, BATCH);
    const last = rows.at(-1)?.position;
    if (last === undefined || last === null) return false;
    await send(
      deps,
      addressOf(row),
      rows.map((record) => entryOf(record, true)),
    );
    return (await streams.moved(row, last, now())) && rows.length === BATCH;
  }

  return {
    /** @throws AppError FORBIDDEN unless an admin asks */
    async list(actor: Actor): Promise<AuditStream[]> {
      asAdmin(actor);
      const { position } = await chain.head();
      return (await streams.list()).map((row) => shown(row, position));
    },

    /** Makes or changes a stream. @throws AppError FORBIDDEN, INVALID_INPUT */
    async put(actor: Actor, kind: StreamKind, input: Input): Promise<{ stream: AuditStream; secret?: string }> {
      asAdmin(actor, "admin");
      const before = await streams.find(kind);
      const address = newAddress(kind, input, before);
      const position = await beginning(chain, input, before === undefined);
      const change = {
        ...(input.enabled !== undefined && { enabled: Number(input.enabled) }),
        ...(address && { address: seal(JSON.stringify(address)), hint: hintOf(kind, address.url) }),
        ...(position !== undefined && { position }),
      };
      const stream = { kind, enabled: 1, address: "", hint: "", position: 0, ...before, ...change };
      const view = ({ enabled, hint, position: at }: StreamRow) => ({ enabled: enabled === 1, to: hint, position: at });
      const row = { last_sent_at: null, last_error: null, ...stream };
      describeAct({
        target: { type: "audit_stream", id: kind },
        ...{ before: before ? view(before) : null, after: view(row) },
      });
      const { last_sent_at: _sent, last_error: _error, ...stored } = row;
      await streams.put(stored, change);
      return { stream: shown(row, (await chain.head()).position), ...(address?.secret && { secret: address.secret }) };
    },

    /** @throws AppError FORBIDDEN, NOT_FOUND */
    async remove(actor: Actor, kind: StreamKind): Promise<void> {
      asAdmin(actor, "admin");
      const before = await streams.find(kind);
      describeAct({ target: { type: "audit_stream", id: kind }, before: { to: before?.hint } });
      if (!(await streams.remove(kind))) throw new AppError("NOT_FOUND", `The audit log is not sent to a ${kind}`);
    },

    /** Sends what was sealed since, in order. @throws after a failure, so that its job waits longer each time */
    async run(kind: StreamKind, signal: AbortSignal): Promise<void> {
      for (let isMore = true; isMore && !signal.aborted; ) {
        const row = await streams.find(kind);
        if (row?.enabled !== 1) return;
        try {
          isMore = await advance(row);
        } catch (error) {
          await streams.failed(kind, cutText(String((error as Error).message), 300));
          throw error;
        }
      }
    },
  };
}
