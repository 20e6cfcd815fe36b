"""Parse dates, numbers, names and lists in the English text of any page."""
