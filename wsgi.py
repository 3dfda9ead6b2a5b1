"""What the web server imports: the application, from the environment's settings."""

import os

from campaign.app import create_app
from campaign.kernel.soundness import read_sound_settings
from campaign.people.towns import load_towns

load_towns()
app = create_app(read_sound_settings(os.environ))
