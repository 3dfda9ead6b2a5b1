"""The audit log's periodic work: forget what is older than it is kept for."""

from campaign.audit.service import purge
from campaign.kernel.periodic import PeriodicJob

JOBS = (PeriodicJob("audit.purge", 3600, purge),)
