"""The periodic work of histories: forget who made a change when the audit log forgets it."""

from campaign.kernel.periodic import PeriodicJob
from campaign.revisions.service import forget_who

JOBS = (PeriodicJob("revisions.forget_who", 3600, forget_who),)
