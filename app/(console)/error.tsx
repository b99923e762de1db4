"use client";
// This file keeps the error inside the shell: when a page fails, the navigation and the live status stay.
export { default } from "../error";
