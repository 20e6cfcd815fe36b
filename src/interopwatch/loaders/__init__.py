"""Where data packages come from: folders, zip archives, git revisions, HTTP addresses, bare CSV.

A loader reads the files of one package as bytes, wherever they are (``unpack.Loader``), and writes
nothing. ``unpack`` copies the files that the descriptor names into a temporary folder, within
limits, and the package is opened there. The context manager that ``resolve`` returns owns the
folder and removes it on exit, whatever happens: read a package from elsewhere before that.
"""
