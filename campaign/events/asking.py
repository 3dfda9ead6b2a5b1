"""What an event may ask of who comes, by name. Which of it is asked is the event's choice (`Event.asks`)."""

QUESTIONS = ("phone", "ride", "needs", "languages", "help")
"""Source: the issue's list; meals and lodging are asked where a leg has them."""

NEEDS = ("wheelchair", "sign-language", "diet")
HELPS = ("marshal", "driver", "medic", "interpreter", "cook")
RIDES = ("offered", "asked")
