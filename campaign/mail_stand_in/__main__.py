"""`python -m campaign.mail_stand_in`: run the stand-in, or only make its keys."""

import sys

from campaign.mail_stand_in.cli import main

sys.exit(main())
