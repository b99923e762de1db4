"use client";
/**
 * Uploads a file and reports progress, which fetch cannot do, so it uses XMLHttpRequest. Sessions and errors work as in
 * api.ts.
 */
import { readJson } from "@/lib/core/format/json";
import { ApiError, problemOf, withSession } from "./api";
import { pageHeaders } from "./session";

type Upload = {
  /** Called with the share sent so far, 0 to 1. */
  onProgress?: (share: number) => void;
  signal?: AbortSignal;
};

/** POSTs a form to `path`; answers the JSON of the reply. Throws ApiError; an abort rejects with an AbortError. */
export function upload(path: string, form: FormData, options: Upload = {}): Promise<unknown> {
  return withSession(() => send(path, form, options));
}

function send(path: string, form: FormData, { onProgress, signal }: Upload): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const call = new XMLHttpRequest();
    const aborted = () => reject(new DOMException("The upload was cancelled.", "AbortError"));
    if (signal?.aborted) return aborted();
    signal?.addEventListener("abort", () => call.abort(), { once: true });
    call.open("POST", path);
    call.setRequestHeader("accept", "application/json");
    for (const [name, value] of Object.entries(pageHeaders())) call.setRequestHeader(name, value);
    call.upload.onprogress = (event) => event.lengthComputable && onProgress?.(event.loaded / event.total);
    call.onabort = aborted;
    call.onerror = () => reject(new ApiError(0, "The server cannot be reached."));
    call.onload = () => {
      let json: unknown = null;
      try {
        json = readJson(call.responseText);
      } catch {
        // The reply is not JSON, for example a proxy's own error page.
      }
      if (call.status >= 200 && call.status < 300) return resolve(json);
      const retry = call.getResponseHeader("retry-after");
      const reply = new Response(null, {
        status: call.status,
        statusText: call.statusText,
        headers: retry ? { "retry-after": retry } : {},
      });
      reject(problemOf(reply, path, json, true));
    };
    call.send(form);
  });
}
