"""Attacks on the tool: ``make attack`` does what a failing machine or an attacker would do.

Each module makes one kind of attack and reports what went wrong in each try, as a
:class:`attack.tally.Tally`. SECURITY.md says what is promised, and against whom.
"""
