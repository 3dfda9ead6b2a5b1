"""Puts in place what the mail stand-in would make: the public half of a P-256 key, base64 DER."""

import shutil
import sys
from pathlib import Path

folder = Path(sys.argv[1]) / "mailbox"
folder.mkdir(exist_ok=True)
shutil.copy(Path(__file__).with_name("webhook-public-key.txt"), folder)
