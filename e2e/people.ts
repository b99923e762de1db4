/** The admin that the server under test creates at its first start. */
export const ADMIN = { username: "root-admin", password: "a password of the journeys" };
