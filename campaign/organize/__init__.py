"""The organizers' side: what an organization's people see and change. Knows the registry, never one kind."""
