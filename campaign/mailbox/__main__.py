"""`python -m campaign.mailbox`: run the stand-in, or only make its keys."""

import sys

from campaign.mailbox.cli import main

sys.exit(main())
