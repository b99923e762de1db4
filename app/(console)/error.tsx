"use client";
// Inside the shell: a page that fails leaves navigation and live state standing.
export { default } from "../error";
