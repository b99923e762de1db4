/** Detects what a file is. */

/** Returns the media type of a file by its first bytes, undefined for one that it does not know. */
export async function mediaTypeOf(bytes: Uint8Array): Promise<string | undefined> {
  const { fileTypeFromBuffer } = await import("file-type");
  return (await fileTypeFromBuffer(bytes))?.mime;
}
