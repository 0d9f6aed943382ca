"""The frame around the pages for people: both sandboxes look alike but for a colour."""

_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: light dark; }
body { font: 15px/1.4 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem; }
header { background: COLOUR; color: #fff; margin: -1rem -1rem 1rem; padding: .7rem 1rem; }
header a { color: #fff; display: inline-block; margin-right: 1.2rem; text-decoration: none; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #8886; padding: .3rem .6rem; text-align: left; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.wide { overflow-x: auto; }
"""


def frame(*, colour: str, style: str, header: str) -> str:
    """A template that wants `title` and `content`.

    Args:
        colour: of the header's ground, as CSS writes it.
        style: more CSS.
        header: a template of the links at the top.
    """
    head = _HEAD.replace("COLOUR", colour)
    body = f"<body>\n<header>{header}</header>\n"
    return f"{head}{style}</style>\n</head>\n{body}{{{{ content }}}}\n</body>\n</html>\n"
