"""When things were true: intervals, snapshots, and the states derived from them."""
