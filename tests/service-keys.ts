/** Stands in for the service keys that a person created. */
export type CreatedKey = { id: string; name: string };

/** Returns the calls of the teams' room on these keys, which a test fills. */
export const keysIn = (keys: CreatedKey[]) => ({
  createdBy: async () => [...keys],
  async endCreatedBy(_userId: number, keyId: string): Promise<boolean> {
    const at = keys.findIndex(({ id }) => id === keyId);
    if (at >= 0) keys.splice(at, 1);
    return at >= 0;
  },
});
