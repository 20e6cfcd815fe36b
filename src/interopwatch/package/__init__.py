"""A data package on disk: its descriptor, its tables and the types of their fields."""
