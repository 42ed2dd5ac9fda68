"""The live feed: one change stream a process, fanned out to listeners by position."""
