"""Who came: the marshal's page of a leg, its links, and what marshals say of whom, also long after they said it."""
