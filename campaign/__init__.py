"""campaign: mobilization and petitions for worker-driven social responsibility campaigns."""

__version__ = "0.2.0"
