"""Of whom it is asked: companies, their executives by office, and where each stands in each campaign."""
