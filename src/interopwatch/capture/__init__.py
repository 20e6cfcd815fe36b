"""Capture web pages into tables: read an edition of a work and account for each of its passages.

Only this package knows particular pages. Each module imports only modules above it in this list:

- ``model``: the values passed between steps: document, extract, passage, vocabulary;
- ``english``: dates, numbers, names and lists of parties in running text, and phrases as data;
- ``catalogue``: the findings about a page and the reasons to refuse one, with their messages;
- ``page``: HTML or text to blocks, without boilerplate; title, date and outline of a page;
- ``works``: one data file for each work, which declares how to recognise it, the rows it
  feeds and the phrases that read them; ``engine`` reads a page by them, and ``ledger``
  collects the rows and passages;
- ``vocabulary``, ``recognise``, ``account``, ``row_numbers``, ``merge``, ``unread``,
  ``outdated_texts`` and ``capture``: the complete process; ``questions`` asks what only a
  person can decide, and ``render`` formats the result.
"""
