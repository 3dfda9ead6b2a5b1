"""The processes of a small installation: embedded PostgreSQL and Valkey, and the supervisor that owns them."""
