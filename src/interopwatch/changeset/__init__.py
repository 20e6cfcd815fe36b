"""What changed between two packages, as a frozen value that inverts, composes and applies."""
