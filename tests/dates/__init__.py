"""The suite on other days than today: the clock of a whole test run moved, and the ten dates it must be green on."""
