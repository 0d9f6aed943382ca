"""Cases that do not hold yet, each with what is missing. One that holds and is here is an error."""

NOT_YET: dict[str, str] = {}
