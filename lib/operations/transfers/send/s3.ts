/** Sends files to S3 or an S3-compatible service. */
import { createReadStream } from "node:fs";
import { AppError } from "@/lib/core/errors";
import { Hopeless } from "@/lib/operations/transfers/fetch/open";
import type { Sender } from "./sender";

type Settings = {
  endpoint?: string;
  region: string;
  bucket?: string;
  accessKeyId?: string;
  secretAccessKey?: string;
};
const PART_BYTES = 8_388_608;

/** Returns the key of a file: a prefix without dots and empty steps, followed by its name. */
export const keyOf = (folder: string, name: string): string =>
  [...folder.split("/").filter((step) => step && step !== "." && step !== ".."), name].join("/");

export function createS3Sender({ endpoint, region, bucket, accessKeyId, secretAccessKey }: Settings): Sender {
  let client: Promise<import("@aws-sdk/client-s3").S3Client> | undefined;
  const connected = () => {
    client ??= import("@aws-sdk/client-s3").then(
      ({ S3Client }) =>
        new S3Client({
          region,
          // Many S3-compatible servers do not know the newer checksums.
          ...(endpoint && { endpoint, forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED" }),
          credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! },
        }),
    );
    return client;
  };

  return {
    missing() {
      const names = { S3_BUCKET: bucket, S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey };
      const unset = Object.entries(names).flatMap(([name, value]) => (value ? [] : [name]));
      return unset.length > 0 ? `s3 is not set up on this server: set ${unset.join(", ")}` : undefined;
    },

    /** Starts again after an interruption. Parts that had arrived are aborted, so that they cost no storage. */
    async send({ file, part, folders, folderId, arrived, throttle, signal }) {
      const Key = keyOf([folderId ?? "", ...folders].join("/"), part.name);
      const { Upload } = await import("@aws-sdk/lib-storage");
      const bytes = async function* () {
        for await (const chunk of createReadStream(file, {
          start: part.from,
          end: part.from + part.bytes - 1,
          signal,
        })) {
          await throttle(chunk.length, signal);
          yield chunk;
        }
      };
      const { Readable } = await import("node:stream");
      const upload = new Upload({
        client: await connected(),
        params: { Bucket: bucket, Key, Body: part.bytes > 0 ? Readable.from(bytes()) : Buffer.alloc(0) },
        partSize: Math.max(PART_BYTES, Math.ceil(part.bytes / 9_000)),
        queueSize: 2,
      });
      upload.on("httpUploadProgress", ({ loaded }) => arrived(Math.min(part.bytes, loaded ?? 0)));
      const stop = () => void upload.abort();
      signal.addEventListener("abort", stop, { once: true });
      try {
        signal.throwIfAborted();
        await upload.done();
      } catch (error) {
        signal.throwIfAborted();
        throw inWords(error);
      } finally {
        signal.removeEventListener("abort", stop);
      }
      return `s3://${bucket}/${Key}`;
    },
  };
}

function inWords(error: unknown): AppError {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  const status = $metadata?.httpStatusCode ?? 0;
  const text = `The bucket refused it: ${name ?? "no answer"}${status ? ` (${status})` : ""}`;
  return status >= 400 && status < 500 && ![408, 429].includes(status)
    ? new Hopeless("BAD_GATEWAY", text)
    : new AppError("BAD_GATEWAY", text);
}
