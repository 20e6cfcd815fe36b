"""The works whose pages are read, and how the rows are read from each."""
