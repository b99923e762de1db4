/** Collects the uses of the compiler's unstable API in one place, so that an upgrade changes one file. */
export * from "typescript-native/unstable/ast";
export * from "typescript-native/unstable/ast/is";
export { TypeFlags } from "typescript-native/unstable/sync";
