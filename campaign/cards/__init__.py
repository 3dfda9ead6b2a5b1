"""Pictures of campaigns for those who share them: drawn ahead of time, one for each campaign and language."""
