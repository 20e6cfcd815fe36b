"""Attacks on the tool: ``make attack`` does what a fault of the machine or an enemy would.

Each module makes one kind of attack and says of every try what was wrong afterwards, as a
:class:`attack.tally.Tally`. What is promised, and against whom, is in SECURITY.md.
"""
