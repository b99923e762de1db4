/** Wires changes of address and notices together, which share the link "That wasn't me". */
import { newToken } from "@/lib/core/secrets";
import { createNoticeLinks, createNotices } from "@/lib/identity/accounts/notices/service";
import { createNoticeStore } from "@/lib/identity/accounts/notices/store";
import { createAddressService } from "./service";
import { createAddressStore } from "./store";

type Deps = Omit<Parameters<typeof createAddressService>[0], "addresses" | "noticeLink" | "newToken"> &
  Omit<Parameters<typeof createNotices>[0], "notices" | "newNoticeToken">;

export function createAddresses(deps: Deps) {
  const [notices, addresses] = [createNoticeStore(), createAddressStore()];
  const noticeDeps = { ...deps, notices, newNoticeToken: () => newToken("nm") };
  const links = createNoticeLinks(noticeDeps);
  return {
    stores: [notices, addresses],
    address: createAddressService({ ...deps, ...links, addresses, newToken: () => newToken("me") }),
    notice: { ...createNotices(noticeDeps), ...links },
  };
}
