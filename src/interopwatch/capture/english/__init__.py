"""Parse dates, numbers, names and lists in English text, of any page."""
