"""The change report: built once as a frozen value, then rendered in any format.

:mod:`interopwatch.report.build` builds it; the modules beside it write it, and change sets.
"""
