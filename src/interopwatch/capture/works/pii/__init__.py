"""The page on the Partnership Interoperability Initiative."""
