"""When things were true: intervals, snapshots, and the states that they let us say."""
