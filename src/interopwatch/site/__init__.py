"""A static site of a data package: pages to read, and the package itself to download."""
