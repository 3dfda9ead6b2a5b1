"""The application as `wsgi:app`, but waiting for Valkey however busy the machine: limits are counted, never passed by."""

import os

from campaign.app import create_app
from campaign.kernel.settings import read_settings
from campaign.kernel.valkey import connect
from campaign.people.towns import load_towns

load_towns()
app = create_app(read_settings(os.environ))
app.extensions["campaign.valkey"]._client = connect(os.environ["REDIS_URL"], 10.0)
