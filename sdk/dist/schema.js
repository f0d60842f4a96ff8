/** The types that `luge types` writes, and what the rest of the SDK derives from them. */
export {};
