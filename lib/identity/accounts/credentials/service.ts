/** Rules of what a person is signed in with: sessions and API keys. */
import { createKeyService, type KeyDeps } from "./service.keys";
import { createSessionService, type SessionDeps } from "./service.sessions";

export const createAccessService = (deps: SessionDeps & KeyDeps) => ({
  ...createSessionService(deps),
  ...createKeyService(deps),
});
