"""Parse the bytes of a page of any work into blocks."""
