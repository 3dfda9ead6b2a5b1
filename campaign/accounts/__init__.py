"""Who organizes: accounts, what they may do in which organization, and how they prove who they are."""
