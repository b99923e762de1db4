/** Stands in for what a person created in another room, such as service keys. */
export type CreatedKey = { id: string; name: string; details: (string | null)[] };

/** Returns the calls of the other room on these things, which a test fills. */
export const keysIn = (keys: CreatedKey[]) => ({
  createdBy: async () => [...keys],
  async endCreated(keyId: string): Promise<boolean> {
    const at = keys.findIndex(({ id }) => id === keyId);
    if (at >= 0) keys.splice(at, 1);
    return at >= 0;
  },
});
