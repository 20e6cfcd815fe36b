"""Where packages come from: folders, zip archives, revisions of git, web addresses, bare CSV."""
