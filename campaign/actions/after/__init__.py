"""What follows signing, as a campaign words it: the steps of the thanks page, their order and words; mails' own words.

What a campaign says of it is one column (`campaigns.after_signing`), empty for whatever is as ever:

    {"steps": ["letter", "share"],                          # those that are shown, in order; absent: all, as ever
     "words": {"letter": {"heading": {"en": "…"}, "sentence": {…}, "button": {…}}},
     "mails": {"thanks": {"subject": {…}, "paragraph": {…}}}}
"""
