"""Review duels: colleagues propose changes, good and bad, and somebody has to say which may go into service."""
