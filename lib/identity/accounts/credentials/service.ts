/** Rules of the credentials that a person signs in with: sessions and API keys. */
import { createKeyService, type KeyDeps } from "./service.keys";
import { createSessionService, type SessionDeps } from "./service.sessions";

export const createAccessService = (deps: SessionDeps & KeyDeps) => ({
  ...createSessionService(deps),
  ...createKeyService(deps),
});
