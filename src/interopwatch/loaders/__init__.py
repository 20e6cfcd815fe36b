"""Where data packages come from: folders, zip archives, git revisions, HTTP addresses, bare CSV.

A loader reads the files of one package, byte by byte, wherever they lie (``unpack.Loader``). It
writes nothing: ``unpack`` copies the files that the descriptor names into a folder, within limits,
and the package is opened there. That folder is a temporary one. It belongs to the context manager
that ``resolve`` gives to the caller, and is removed when that context ends, whatever happens: a
package from elsewhere is to be read before.
"""
