"""How well passages are found, measured on sets of questions whose answers are known."""
