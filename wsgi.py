"""What the web server imports: the application, from the environment's settings."""

import os

from campaign.app import create_app
from campaign.kernel.settings import read_settings

app = create_app(read_settings(os.environ))
