/**
 * Loaded before a server under test: new passwords are hashed at the least cost that argon2 accepts. Production's cost is
 * tens of milliseconds for each account that a test makes. It is a preload, not a setting, so no deployment can set it.
 */
const argon2 = require("@node-rs/argon2");
const { hash } = argon2;

argon2.hash = (password, options, ...rest) => hash(password, { ...options, memoryCost: 8, timeCost: 1 }, ...rest);
