"""A dance-off as facts and folds: who takes part, which runs count, what the board may show. Pure, like all of core."""
