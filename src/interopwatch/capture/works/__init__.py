"""The works whose pages can be read, and how rows are read from each."""
