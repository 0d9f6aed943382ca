"""Files in HOME that are made once and kept: the secret key and the logins."""

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


def make_once(path: Path, text: str) -> None:
    """Make a file, mode 0600 and durable, unless it is there; of several that make it one wins.

    It is written beside its place and then given its name, so that nobody ever reads half of it,
    however long this process is held up, or if it ends here.

    Raises:
        OSError: the folder can't be written to.
    """
    with NamedTemporaryFile("w", encoding="utf-8", dir=path.parent, prefix=f"{path.name}.") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
        # Unlike a rename this fails where the name is taken already.
        with suppress(FileExistsError):
            os.link(file.name, path)
