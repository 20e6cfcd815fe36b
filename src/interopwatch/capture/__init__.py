"""From a page to tables: reads an edition of a work and says what becomes of each passage.

This is the one room that knows the pages. Everything else works on any data package.
"""
