"""A network whose limits are spent, so that its next post is refused."""

import os

from campaign.console import Console
from campaign.kernel.installation import Installation as Secrets
from campaign.kernel.limits import Limiter, Poster
from campaign.kernel.valkey import Breaker, connect
from tests.walks.running import Installation

_PATIENCE_SECONDS = 10.0


def spend_limits(running: Installation, ip: str) -> None:
    """Count as many posts of `ip` as may come from one line, where the installation counts them."""
    with Console(running.data, {"PATH": os.environ["PATH"]}).settings() as settings:
        assert settings.limits_url is not None
        client = connect(settings.limits_url, _PATIENCE_SECONDS)
        most = min(limit.count for limit in settings.limits)
        Limiter(Breaker(client), settings.limits, Secrets(settings).hashes).check([Poster(ip)] * most)
        client.close()
