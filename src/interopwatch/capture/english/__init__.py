"""Dates, numbers, names and lists in English text, whatever page it stands on."""
