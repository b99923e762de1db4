import { expect, it } from "vitest";
import { cacheSizes } from "@/lib/core/caches";
import { actor } from "@/tests/actors";
import { createImageProxy } from "./service.proxy";

it("keeps a bounded number of pictures, because addresses take memory too", async () => {
  const proxy = createImageProxy({
    demandMember: async () => undefined,
    communities: async () => [],
    fetchPicture: async () => ({ status: 200, body: Buffer.from("GIF") }),
    typeOf: async () => "image/gif",
    now: () => 0,
  });
  for (let at = 0; at < 2_100; at++) await proxy.image(actor(1), `https://i.imgur.com/a.gif?${at}`);
  expect(cacheSizes()).toEqual([{ name: "proxied_images", items: 2_000 }]);
});
