"""The spine: what "somebody took an action" means, whatever its kind."""
