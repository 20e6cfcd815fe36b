"""The change report, built once as a frozen value and rendered in any format.

:mod:`interopwatch.report.build` builds it; the other modules render it, and change sets.
"""
