"""What every feature stands on: settings, database, web plumbing, clock, errors, tokens, limits, log."""
