"""Wrong values of a content file, one a line, each with all that is said of it.

Each is a change of `whole.yml`: what is replaced, by what, and the problems as `line: text`. What is said was recorded
from readers written by hand, one for each value; whatever checks a file since says the same at the same lines.
"""

WRONG = [
    (
        "slug: ciw\n",
        "slug: Ciw Org\n",
        [
            "2: organization Ciw Org: slug 'Ciw Org' must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    (
        "slug: ciw\n",
        "slug: [ciw]\n",
        ["2: organization: slug must be lower-case letters and digits joined by hyphens, such as fair-food"],
    ),
    ("  - slug: ciw\n    name", "  - name", ["2: organization: slug is missing"]),
    (
        "slug: ciw\n",
        "slug: %s\n" % ("a" * 64),
        [
            "2: organization: slug 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    ("name: Coalition of Immokalee Workers", "name:", ["3: organization ciw: name is missing"]),
    ("name: Coalition of Immokalee Workers", 'name: " "', ["3: organization ciw: name is empty"]),
    (
        "name: Coalition of Immokalee Workers",
        "name: %s" % ("x" * 201),
        ["3: organization ciw: name is longer than 200 characters"],
    ),
    ("name: Coalition of Immokalee Workers", 'name: "One\\nTwo"', ["3: organization ciw: name must be one line"]),
    (
        "name: Coalition of Immokalee Workers",
        'name: "a\\u202eb"',
        ["3: organization ciw: name holds characters that cannot be shown"],
    ),
    (
        "name: Coalition of Immokalee Workers",
        "name: {en: Coalition}",
        ["3: organization ciw: name must be a text (put it in quotes)"],
    ),
    ("place: Immokalee", "plaice: Immokalee", ["4: organization ciw: unknown key 'plaice'"]),
    ("place: Immokalee", "name: Immokalee", ["4: organization ciw: 'name' stands twice"]),
    (
        "place: Immokalee",
        'place: "~"\n    place: "a\\0b"',
        [
            "5: organization ciw: 'place' stands twice",
            "5: organization ciw: place holds characters that cannot be shown",
        ],
    ),
    (
        "https://ciw.example/give",
        "ftp://ciw.example/give",
        ["5: organization ciw: donate_url must be an address that starts with https:// or http://"],
    ),
    (
        "https://ciw.example/give",
        "https://[ciw.example/give",
        ["5: organization ciw: donate_url must be an address that starts with https:// or http://"],
    ),
    (
        "https://ciw.example/give",
        "https://ciw.example/give us",
        ["5: organization ciw: donate_url must be an address that starts with https:// or http://"],
    ),
    (
        "ask@ciw.example",
        "ask us",
        ["6: organization ciw: contact_url must be an e-mail address, or one that starts with https://"],
    ),
    (
        "ask@ciw.example",
        "http://ciw.example",
        ["6: organization ciw: contact_url must be an e-mail address, or one that starts with https://"],
    ),
    (
        "ask@ciw.example",
        "https://",
        ["6: organization ciw: contact_url must be an address that starts with https:// or http://"],
    ),
    (
        "organizations:\n",
        "organizations:\n  - a word\n",
        ["2: each of organizations must be a mapping, such as {slug: …}"],
    ),
    (
        "since: 2011",
        "since: long ago",
        ["10: agreement fair-food-program: since must be a whole number from 1800 to 2200"],
    ),
    ("since: 2011", "since: 1799", ["10: agreement fair-food-program: since must be a whole number from 1800 to 2200"]),
    (
        "signatories: 14",
        "signatories: -1",
        ["11: agreement fair-food-program: signatories must be a whole number of 0 or more"],
    ),
    (
        "as_of: 2023-12-31\n",
        "as_of: 31.12.2023\n",
        ["12: agreement fair-food-program: as_of must be a date written as 2023-12-31"],
    ),
    (
        "as_of: 2023-12-31\n",
        "as_of: 2023-02-31\n",
        ["12: agreement fair-food-program: as_of: there is no day 2023-02-31"],
    ),
    (
        "as_of: 2023-12-31\n",
        "as_of: 1700-01-01\n",
        ["12: agreement fair-food-program: as_of must be a date written as 2023-12-31"],
    ),
    (
        "as_of: 2023-12-31\n",
        "as_of: 2026-11-21\n",
        ["12: agreement fair-food-program: as_of 2026-11-21 is still to come"],
    ),
    (
        "since: 2008",
        "since: 2201",
        ["14: agreement fair-food-program: signatory: since must be a whole number from 1800 to 2200"],
    ),
    ("{name: Subway}", "{since: 2010}", ["15: agreement fair-food-program: signatory: name is missing"]),
    (
        "{name: Subway}",
        "{name: Subway, country: US}",
        ["15: agreement fair-food-program: signatory: unknown key 'country'"],
    ),
    (
        "{name: Subway}",
        "Subway",
        ["15: agreement fair-food-program: each of signatories_known must be a mapping, such as {slug: …}"],
    ),
    (
        "    signatories_known:\n      - {name: Whole Foods Market, since: 2008}\n      - {name: Subway}\n",
        "    signatories_known: Subway\n",
        ["13: agreement fair-food-program: signatories_known must be a list"],
    ),
    (
        "slug: fair-food-program\n    name",
        "slug: fair-food-program\n    nmae",
        ["8: agreement fair-food-program: name is missing", "9: agreement fair-food-program: unknown key 'nmae'"],
    ),
    (
        "country: US\n    timezone: America/New_York\n    letters",
        "country: usa\n    timezone: America/New_York\n    letters",
        ["20: company kroger: country must be two capital letters, such as US"],
    ),
    (
        "    country: US\n    timezone: America/New_York\n    letters",
        "    timezone: America/New_York\n    letters",
        ["17: company kroger: country is missing"],
    ),
    (
        "timezone: America/New_York\n    letters",
        "timezone: Mars/Olympus\n    letters",
        ["21: company kroger: timezone must be a time zone such as America/New_York"],
    ),
    ("    timezone: America/New_York\n    letters", "    letters", ["17: company kroger: timezone is missing"]),
    (
        "letters_per_hour: 12",
        "letters_per_hour: 0",
        ["22: company kroger: letters_per_hour must be a whole number from 1 to 3600"],
    ),
    (
        "letters_per_hour: 12",
        "letters_per_hour: 3601",
        ["22: company kroger: letters_per_hour must be a whole number from 1 to 3600"],
    ),
    ("slug: publix", "slug: kroger", ["23: company kroger: stands twice in this file (first in line 17)"]),
    (
        "sector: supermarkets",
        "sector: [supermarkets]",
        ["19: company kroger: sector must be a text (put it in quotes)"],
    ),
    (
        "buyer@publix.example",
        "buyer at publix",
        ["28: company publix: executive: 'buyer at publix' is not an address that mail can reach"],
    ),
    (
        "office: Head, address",
        "office: Buyer, address",
        ["29: company publix: executive: the office 'Buyer' stands twice"],
    ),
    (
        '{office: Buyer, address: "buyer@publix.example"}',
        "{office: Buyer}",
        ["28: company publix: executive: address is missing"],
    ),
    (
        '{office: Buyer, address: "buyer@publix.example"}',
        '{office: Buyer, address: "buyer@publix.example", name: Ana}',
        ["28: company publix: executive: unknown key 'name'"],
    ),
    (
        "local_part: sourcing",
        "local_part: so@urcing",
        ["17: company kroger: 'so@urcing@kroger.example' is not an address that mail can reach"],
    ),
    (
        "office: Head of Responsible Sourcing",
        "office: Chief Executive Officer",
        ["32: executive: the office 'Chief Executive Officer' stands twice"],
    ),
    (
        '{local_part}@{company_slug}.example"\n',
        '{local_part}"\n',
        [
            "17: company kroger: 'chief.executive' is not an address that mail can reach",
            "17: company kroger: 'sourcing' is not an address that mail can reach",
        ],
    ),
    (
        'executive_address: "{local_part}@{company_slug}.example"\n',
        "",
        [
            "31: executive: needs an executive_address for all, such as {local_part}@{company_slug}.example",
            "32: executive: needs an executive_address for all, such as {local_part}@{company_slug}.example",
        ],
    ),
    (
        "local_part: sourcing",
        "localpart: sourcing",
        ["32: executive: local_part is missing", "32: executive: unknown key 'localpart'"],
    ),
    ("    organization: ciw\n", "", ["35: campaign fair-food: organization is missing"]),
    (
        "organization: ciw\n",
        "organization: The Coalition\n",
        [
            "36: campaign fair-food: organization 'The Coalition' must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    (
        "agreement: fair-food-program\n",
        "agreement: {slug: fair-food-program}\n",
        [
            "37: campaign fair-food: agreement must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    (
        "status: open",
        "status: opne",
        ["38: campaign fair-food: status must be one of draft, open, paused, won, closed"],
    ),
    (
        "status: open",
        "status: 'Open'",
        ["38: campaign fair-food: status must be one of draft, open, paused, won, closed"],
    ),
    ("safety: normal", "safety: low", ["39: campaign fair-food: safety must be one of normal, high"]),
    (
        "safety: normal",
        "safety: high",
        ["50: campaign fair-food: a campaign of high safety has no letter: nobody may be named to a company"],
    ),
    ("goal: 50000", "goal: many", ["40: campaign fair-food: goal must be a whole number of 1 or more"]),
    ("goal: 50000", "goal: 0", ["40: campaign fair-food: goal must be a whole number of 1 or more"]),
    ("goal: 50000", "goal: 99999999999", ["40: campaign fair-food: goal must be a whole number of 1 or more"]),
    ("    goal: 50000\n", "", ["35: campaign fair-food: goal is missing"]),
    ("    art: tomato\n", "    goal: 4\n", ["41: campaign fair-food: 'goal' stands twice"]),
    (
        "    art: tomato\n",
        "    art: potato\n",
        [
            "41: campaign fair-food: art must be one of tomato, milk, hard-hat, needle, thread, fish, flower, sneaker, candle, feet"
        ],
    ),
    (
        "palette: tomato",
        "palette: mauve",
        ["42: campaign fair-food: palette must be one of tomato, milk, brick, indigo, plum, sea, bloom, court, night"],
    ),
    (
        "title: {en: Join, es: Únanse}",
        "title: Join",
        ["43: campaign fair-food: title must be a mapping, such as {name: value}"],
    ),
    (
        "title: {en: Join, es: Únanse}",
        "title: {}",
        ["43: campaign fair-food: title must be a text by language, such as {en: …, es: …}"],
    ),
    ("    title: {en: Join, es: Únanse}\n", "", ["35: campaign fair-food: title is missing"]),
    (
        "title: {en: Join, es: Únanse}",
        "title: {en: %s, es: Únanse}" % ("x" * 201),
        [
            "43: campaign fair-food: title (en) is longer than 200 characters",
            "44: campaign fair-food: demand is in 'en', but the campaign's title is not: its title names its languages",
            "45: campaign fair-food: story is in 'en', but the campaign's title is not: its title names its languages",
            "45: campaign fair-food: story is missing in 'es'",
            "47: campaign fair-food: company: evidence is in 'en', but the campaign's title is not: its title names its languages",
            "50: campaign fair-food: subjects is in 'en', but the campaign's title is not: its title names its languages",
            "51: campaign fair-food: body is in 'en', but the campaign's title is not: its title names its languages",
            "52: campaign fair-food: talking_points is in 'en', but the campaign's title is not: its title names its languages",
            "52: campaign fair-food: talking_points is missing in 'es'",
            "54: campaign fair-food: update: body is in 'en', but the campaign's title is not: its title names its languages",
            "54: campaign fair-food: update: body is missing in 'es'",
            "54: campaign fair-food: update: title is in 'en', but the campaign's title is not: its title names its languages",
            "54: campaign fair-food: update: title is missing in 'es'",
            "55: campaign fair-food: update: body is in 'en', but the campaign's title is not: its title names its languages",
            "55: campaign fair-food: update: body is missing in 'es'",
            "55: campaign fair-food: update: title is in 'en', but the campaign's title is not: its title names its languages",
            "55: campaign fair-food: update: title is missing in 'es'",
            "56: campaign fair-food: text is in 'en', but the campaign's title is not: its title names its languages",
            "56: campaign fair-food: text is missing in 'es'",
        ],
    ),
    (
        "es: Únanse",
        "xx: Join",
        [
            "43: campaign fair-food: title: 'xx' is not one of the languages en, es, ht, pt, fr, bn, km, st, ur",
            "44: campaign fair-food: demand is in 'es', but the campaign's title is not: its title names its languages",
            "47: campaign fair-food: company: evidence is in 'es', but the campaign's title is not: its title names its languages",
            "50: campaign fair-food: subjects is in 'es', but the campaign's title is not: its title names its languages",
            "51: campaign fair-food: body is in 'es', but the campaign's title is not: its title names its languages",
        ],
    ),
    ("title: {en: Join", "title: {en: '', en: Join", ["43: campaign fair-food: 'en' stands twice"]),
    ("demand: {en: Sign., es: Firmen.}", "demand: {en: Sign.}", ["44: campaign fair-food: demand is missing in 'es'"]),
    (
        "demand: {en: Sign., es: Firmen.}",
        'demand: {en: "Sign.\\nNow.", es: Firmen.}',
        ["44: campaign fair-food: demand (en) must be one line"],
    ),
    (
        "demand: {en: Sign., es: Firmen.}",
        "demand: {en: ~, es: Firmen.}",
        ["44: campaign fair-food: demand (en) is empty"],
    ),
    ("story: {en: Water", "story: {es: Water", ["45: campaign fair-food: story is missing in 'en'"]),
    (
        "story: {en: Water",
        "story: {ht: x, en: Water",
        ["45: campaign fair-food: story is in 'ht', but the campaign's title is not: its title names its languages"],
    ),
    (
        "story: {en: Water and shade.}",
        "story: {en: [Water]}",
        ["45: campaign fair-food: story (en) must be a text (put it in quotes)"],
    ),
    (
        "story: {en: Water and shade.}",
        "story: {en: %s}" % ("x" * 20001),
        ["45: campaign fair-food: story (en) is longer than 20,000 characters"],
    ),
    (
        "story: {en: Water and shade.}",
        'story: {en: "x\\u2028y"}',
        ["45: campaign fair-food: story (en) holds characters that cannot be shown"],
    ),
    (
        "{company: kroger, stance: holdout, as_of: 2023-12-31,",
        "{company: kroger, stance: refuses, as_of: 2023-12-31,",
        ["47: campaign fair-food: company: stance must be one of holdout, in_talks, met"],
    ),
    (
        "{company: kroger, stance: holdout, as_of: 2023-12-31,",
        "{company: kroger, stance: holdout,",
        ["47: campaign fair-food: company: as_of is missing"],
    ),
    (
        "{company: kroger, stance: holdout, as_of: 2023-12-31,",
        "{company: kroger, stance: holdout, as_of: 2033-12-31,",
        ["47: campaign fair-food: company: as_of 2033-12-31 is still to come"],
    ),
    (
        "{company: kroger, stance: holdout,",
        "{stance: holdout,",
        ["47: campaign fair-food: company: company is missing"],
    ),
    (
        "evidence: {en: Marched on.",
        "evidence: {fr: En marche, en: Marched on.",
        [
            "47: campaign fair-food: company: evidence is in 'fr', but the campaign's title is not: its title names its languages"
        ],
    ),
    (
        "{company: publix}",
        "{company: kroger}",
        ["48: campaign fair-food: company: company kroger stands twice in this campaign"],
    ),
    ("{company: publix}", "publix", ["48: campaign fair-food: each of companies must be a mapping, such as {slug: …}"]),
    ("{company: publix}", "{company: publix, since: 2009}", ["48: campaign fair-food: company: unknown key 'since'"]),
    (
        "subjects: {en: [One, Two]",
        "subjects: {en: One",
        ["50: campaign fair-food: subjects (en) must be a list of texts"],
    ),
    (
        "subjects: {en: [One, Two]",
        "subjects: {en: []",
        ["50: campaign fair-food: subjects (en) must be a list of texts"],
    ),
    ("subjects: {en: [One, Two]", 'subjects: {en: [One, ""]', ["50: campaign fair-food: subjects (en) is empty"]),
    ("      subjects: {en: [One, Two], es: [Uno]}\n", "", ["50: campaign fair-food: subjects is missing"]),
    (
        '      body: {en: "Dear {executive}, {personal}", es',
        "      body: {es",
        ["51: campaign fair-food: body is missing in 'en'"],
    ),
    (
        "Dear {executive}, {personal}",
        "Dear {boss}, {personal}",
        [
            (
                "51: campaign fair-food: body (en) holds {boss}, which nothing fills in: use {executive}, {company}, "
                "{given_name}, {family_name}, {town}, {personal}"
            )
        ],
    ),
    (
        "subjects: {en: [One, Two]",
        'subjects: {en: [One, "{personal}"]',
        [
            (
                "50: campaign fair-food: subjects (en) holds {personal}, which nothing fills in: use {executive}, {company}, "
                "{given_name}, {family_name}, {town}"
            )
        ],
    ),
    ("    letter:\n", "    letter:\n      to: everybody\n", ["50: campaign fair-food: unknown key 'to'"]),
    (
        "    letter:\n",
        "    letter: one\n    leter:\n",
        [
            "49: campaign fair-food: letter must be a mapping, such as {name: value}",
            "50: campaign fair-food: unknown key 'leter'",
        ],
    ),
    (
        "talking_points: {en: [Name",
        "talking_points: {en: [%s, Name" % ("x" * 201),
        ["52: campaign fair-food: talking_points (en) is longer than 200 characters"],
    ),
    (
        "days_ago: 20",
        "days_ago: soon",
        ["54: campaign fair-food: update: days_ago must be a whole number from 0 to 36500"],
    ),
    (
        "days_ago: 20",
        "days_ago: 36501",
        ["54: campaign fair-food: update: days_ago must be a whole number from 0 to 36500"],
    ),
    ("days_ago: 20, ", "", ["54: campaign fair-food: update: days_ago is missing"]),
    ("date: 2026-03-01", "date: 2027-03-01", ["55: campaign fair-food: update: date 2027-03-01 is still to come"]),
    ("date: 2026-03-01", "date: ~", ["55: campaign fair-food: update: date is missing"]),
    (
        "title: {en: A march}",
        "title: {en: Another season}",
        ["55: campaign fair-food: update: an update of this title stands twice: its title is what it is known by"],
    ),
    (
        "body: {en: It rained.}",
        "text: {en: It rained.}",
        ["55: campaign fair-food: update: body is missing", "55: campaign fair-food: update: unknown key 'text'"],
    ),
    ("won: {date: 2026-02-03, text", "won: {text", ["56: campaign fair-food: days_ago is missing"]),
    (
        "won: {date: 2026-02-03, text: {en: They signed.}}",
        "won: {date: 2026-02-03}",
        ["56: campaign fair-food: text is missing"],
    ),
    (
        "won: {date: 2026-02-03, text: {en: They signed.}}",
        "won: yesterday",
        ["56: campaign fair-food: won must be a mapping, such as {name: value}"],
    ),
    (
        "slug: fair-food\n    organization",
        "slug: fair food\n    organization",
        [
            "35: campaign fair food: slug 'fair food' must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    (
        "slug: long-march",
        "slug: Long March",
        [
            "58: event Long March: slug 'Long March' must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    ("campaign: fair-food\n    kind: march", "kind: march", ["58: event long-march: campaign is missing"]),
    (
        "campaign: fair-food\n    kind: march",
        "campaign: Fair food\n    kind: march",
        [
            "59: event long-march: campaign 'Fair food' must be lower-case letters and digits joined by hyphens, such as fair-food"
        ],
    ),
    (
        "kind: march",
        "kind: parade",
        [
            "60: event long-march: kind must be one of march, rally, picket, call-in-day, vigil, meeting, online, day-of-action"
        ],
    ),
    ("    kind: march\n", "", ["58: event long-march: kind is missing"]),
    (
        "status: published",
        "status: public",
        ["61: event long-march: status must be one of draft, published, cancelled"],
    ),
    (
        "timezone: America/New_York\n    starts:",
        "timezone: New York\n    starts:",
        ["62: event long-march: timezone must be a time zone such as America/New_York"],
    ),
    ("starts: 2027-03-13", "starts: 12 March", ["63: event long-march: starts must be a date written as 2023-12-31"]),
    ("starts: 2027-03-13", "starts: 2037-03-12", ["63: event long-march: starts 2037-03-12 is still to come"]),
    (
        'starts: "07:30"',
        'starts: "02:30"',
        ["86: event long-march: leg: 02:30 does not exist on 2027-03-14 in America/New_York: the clocks go forward"],
    ),
    (
        "starts: 2027-03-13",
        "starts: 2027-03-14\n    starts_in_days: 4",
        ["64: event long-march: unknown key 'starts_in_days'"],
    ),
    (
        "starts: 2027-03-13",
        "starts_in_days: 1501",
        ["63: event long-march: starts_in_days must be a whole number from 0 to 1500"],
    ),
    ("    starts_in_days: 9\n", "", ["87: event at-the-stores: starts_in_days is missing"]),
    (
        "title: {en: To the sea, es: Al mar}",
        "title: {en: To the sea, es: Al mar, xx: x}",
        ["64: event long-march: title: 'xx' is not one of the languages en, es, ht, pt, fr, bn, km, st, ur"],
    ),
    ("    summary: {en: Walk with us.}\n", "", ["58: event long-march: summary is missing"]),
    (
        "summary: {en: Walk with us.}",
        "summary: {en: %s}" % ("x" * 2001),
        ["65: event long-march: summary (en) is longer than 2,000 characters"],
    ),
    ("bring: {en: Shoes.}", "bring: Shoes.", ["66: event long-march: bring must be a mapping, such as {name: value}"]),
    ("leads: {en: [Ana, The choir]}", "leads: {en: Ana}", ["67: event long-march: leads (en) must be a list of texts"]),
    ("leads: {en: [Ana, The choir]}", "leads: {es: [Ana]}", ["67: event long-march: leads is missing in 'en'"]),
    (
        "asks: [phone, ride]",
        "asks: [phone, blood-type]",
        ["68: event long-march: asks must hold some of phone, ride, needs, languages, help"],
    ),
    ("asks: [phone, ride]", "asks: phone", ["68: event long-march: asks must be a list"]),
    ("      - day: 1\n", "      - day: one\n", ["70: event long-march: leg: day must be a whole number from 1 to 60"]),
    ("      - day: 1\n", "      - day: 0\n", ["70: event long-march: leg: day must be a whole number from 1 to 60"]),
    ("      - day: 1\n        title", "      - title", ["70: event long-march: leg: day is missing"]),
    ("{day: 2, title", "{day: 1, title", ["86: event long-march: leg: day 1 stands twice"]),
    ("{day: 2, title", "{day: 61, title", ["86: event long-march: leg: day must be a whole number from 1 to 60"]),
    ("title: {en: To the lake}", "title: {es: Al lago}", ["71: event long-march: leg: title is missing in 'en'"]),
    ("miles: 10", "miles: far", ["72: event long-march: leg: miles must be a number such as 10 or 2.5"]),
    (
        "kilometres: 20.5",
        "kilometres: 20.55555",
        ["86: event long-march: leg: kilometres must be a number such as 10 or 2.5"],
    ),
    (
        'starts: "08:00"',
        'starts: "8:00"',
        ["73: event long-march: leg: starts must be a time of the day such as 08:00"],
    ),
    (
        'starts: "08:00"',
        'starts: "17:00"',
        ["70: event long-march: leg: ends must be after starts, or at most twelve hours later on the next day"],
    ),
    ('        ends: "16:00"\n', "", ["70: event long-march: leg: ends is missing"]),
    (
        "from: [26.82, -80.66]",
        "from: [126.82, -80.66]",
        ["75: event long-march: leg: from must be latitude and longitude in degrees, such as [26.82, -80.67]"],
    ),
    (
        "from: [26.82, -80.66]",
        "from: [26.82]",
        ["75: event long-march: leg: from must be latitude and longitude in degrees, such as [26.82, -80.67]"],
    ),
    (
        "from: [26.82, -80.66]",
        "from: Pahokee",
        ["75: event long-march: leg: from must be latitude and longitude in degrees, such as [26.82, -80.67]"],
    ),
    ("capacity: 20\n", "capacity: many\n", ["77: event long-march: leg: capacity must be a whole number of 0 or more"]),
    ("        meal: true\n", "", ["70: event long-march: leg: meal_about is of no use without meal: true"]),
    (
        "        meal: true\n",
        "        meal: yes\n",
        [
            "70: event long-march: leg: meal_about is of no use without meal: true",
            "78: event long-march: leg: meal must be true or false",
        ],
    ),
    ("meals: 18", "meals: -3", ["79: event long-march: leg: meals must be a whole number of 0 or more"]),
    (
        "        lodging: 12\n",
        "",
        ["70: event long-march: leg: lodging_about is of no use without lodging: a number of beds"],
    ),
    (
        "        lodging: 12\n        lodging_about: {en: A hall}\n",
        "        lodging: 0\n",
        ["70: event long-march: leg: lodging_place is of no use without lodging: a number of beds"],
    ),
    (
        "lodging: 12",
        "lodging: many",
        [
            "70: event long-march: leg: lodging_about is of no use without lodging: a number of beds",
            "81: event long-march: leg: lodging must be a whole number of 0 or more",
        ],
    ),
    (
        "lodging_place: {en: 210 Lake Road}",
        "lodging_place: {en: %s}" % ("x" * 601),
        ["83: event long-march: leg: lodging_place (en) is longer than 600 characters"],
    ),
    ("pace: {en: Slow}", "pace: {es: Despacio}", ["84: event long-march: leg: pace is missing in 'en'"]),
    ("step_free: true", "step_free: perhaps", ["85: event long-march: leg: step_free must be true or false"]),
    (
        "        step_free: true\n",
        "        step_free: true\n        parking: {en: None}\n",
        ["86: event long-march: leg: unknown key 'parking'"],
    ),
    (
        'shifts: ["10:00-12:00", "12:00-14:00"]',
        'shifts: ["10:00-12:00", "14:00-12:00"]',
        ["97: event at-the-stores: place: each of shifts must be a period such as 10:00-12:00"],
    ),
    (
        'shifts: ["10:00-12:00", "12:00-14:00"]',
        'shifts: ["10:00-12:00", [noon]]',
        ["97: event at-the-stores: place: each of shifts must be a period such as 10:00-12:00"],
    ),
    (
        'shifts: ["10:00-12:00", "12:00-14:00"]',
        'shifts: "10:00-12:00"',
        ["95: event at-the-stores: place: shifts is missing", "97: event at-the-stores: place: shifts must be a list"],
    ),
    ('        shifts: ["10:00-12:00", "12:00-14:00"]\n', "", ["95: event at-the-stores: place: shifts is missing"]),
    (
        "      - title: Elm Street, Springfield\n        at:",
        "      - at:",
        ["95: event at-the-stores: place: title is missing"],
    ),
    (
        "at: [39.78, -89.65]",
        "at: [39.78, west]",
        ["96: event at-the-stores: place: at must be latitude and longitude in degrees, such as [26.82, -80.67]"],
    ),
    ("capacity: 3", "capacity: 3.5", ["98: event at-the-stores: place: capacity must be a whole number of 0 or more"]),
    (
        "transport: {en: A bus}",
        "transport: {en: A bus}\n        legs: 3",
        ["100: event at-the-stores: place: unknown key 'legs'"],
    ),
    (
        "{title: Oak Street, shifts",
        "{title: Oak Street, meal: true, shifts",
        ["100: event at-the-stores: place: unknown key 'meal'"],
    ),
    (
        "    places:\n",
        "    legs: []\n    places:\n",
        [
            "87: event at-the-stores: needs legs (a march) or places with shifts",
            "95: event at-the-stores: unknown key 'places'",
        ],
    ),
    ("slug: at-the-stores", "slug: long-march", ["87: event long-march: stands twice in this file (first in line 58)"]),
    ("campaigns:\n", "campains:\n", ["34: unknown key 'campains'"]),
    ("groups: []", "groups: many", ["101: groups must be a list"]),
    ("groups: []", "events: []", ["101: 'events' stands twice"]),
]
