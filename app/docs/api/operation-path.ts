/** The address of the page of one operation. */
export const operationPath = (group: { slug: string }, entry: { id: string }) => `/docs/api/${group.slug}/${entry.id}`;
