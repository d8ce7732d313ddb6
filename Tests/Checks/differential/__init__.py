"""Rules and events made at random, and the verdicts of two engines about them."""
