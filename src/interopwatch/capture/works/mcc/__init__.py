"""The page on multinational capability cooperation: the High Visibility Projects."""
