"""From a page to tables: reads an edition of a work and accounts for each passage of it.

This is the one room that knows the pages. Imports run downwards in this list only:

- ``model``: the values that are passed on: document, extract, passage, vocabulary;
- ``english``: dates, numbers, names and lists of parties in running text, and phrases as data;
- ``catalogue``: what can be found wrong and what is refused, every message of which is data;
- ``page``: HTML and text to blocks, boilerplate apart; title, date and outline of a page;
- ``works``: one file of data for each work, which declares how it is recognised, the rows it
  feeds and the phrases that read them; ``engine`` reads a page by them, and ``ledger`` is the
  account that it keeps;
- ``vocabulary``, ``recognise``, ``account``, ``row_numbers``, ``merge``, ``unread``,
  ``outdated_texts``, and ``capture``: the whole way; ``questions`` asks what only a
  person can decide, and ``render`` writes what came of it.
"""
