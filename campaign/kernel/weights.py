"""How much a reader wants each thing of a list in a header, as Accept-Language and Accept-Encoding say it.

Source: RFC 9110 §12.4.2 (quality values, from 0 to 1; without one, 1).
"""


def weight(parameters: str) -> float:
    """Return what `q=…` says, as it stands after the semicolon; 0, which is "not wanted", where it says nonsense."""
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        found = float(value)
    except ValueError:
        return 0.0
    return found if 0.0 <= found <= 1.0 else 0.0  # "nan" is between nothing
