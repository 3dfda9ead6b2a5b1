"""Content from a file: what organizations, companies and campaigns a YAML file describes, and bringing tables to it."""
