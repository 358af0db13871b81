"""What two people promised each other, and when it falls due: pure, with the time as an argument."""
