"""Export an edition of a package for other tools: one module for each format, and their list."""
