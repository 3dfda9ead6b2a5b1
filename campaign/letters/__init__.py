"""Letters: one e-mail from one supporter to one executive."""
