"""From the bytes of a page to its blocks, whatever work it is an edition of."""
