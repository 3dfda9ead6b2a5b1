"""What cards bring to the queue: the topic of their work, and how often the ticker looks for stale ones."""

from campaign.cards.service import DRAW, LANE, draw_stale
from campaign.delivery.topics import MailTopic

DRAW_CARDS = MailTopic(DRAW, LANE, draw_stale)

REFRESH_SECONDS = 60
