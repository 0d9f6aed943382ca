"""How a process of ours starts another one of ours.

`program_command("worker")` is the command that runs ``mintsoft-xero worker``. The script that is
put on PATH at installation cannot be relied on: a checkout has none, and a host may have copied
the addon's folder whole into its own addons. Nor can ``python -m mintsoft_xero...``: in a checkout
the package goes by the folder's name, in a host perhaps by ``host.addons.mintsoft_xero``, and in
neither need the folder above be on the import path. So the command runs *this file by its path*;
it loads the folder it lies in as the package ``mintsoft_xero`` (which may then be imported by
that name, wherever it lies) and runs the module in it. That is the same in an installed wheel, an
editable install, a bare checkout in a folder of any name, and a host's addons folder; PYTHONPATH
and the working directory play no part (``-P``), and the interpreter is the one that runs now.
"""

import runpy
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

_PACKAGE = "mintsoft_xero"
_FOLDER = Path(__file__).resolve().parents[2]


def program_command(*arguments: str) -> list[str]:
    """Return the command that runs our command line with these arguments in another process."""
    return module_command("plugin", *arguments)


def module_command(module: str, *arguments: str) -> list[str]:
    """Return the command that runs one module (or package with `__main__`) of ours, as -m would.

    `module` is relative to our package: ``plugin``.
    """
    return [sys.executable, "-P", str(Path(__file__).resolve()), module, *arguments]


def _launch(module: str, arguments: list[str]) -> None:
    spec = spec_from_file_location(
        _PACKAGE, _FOLDER / "__init__.py", submodule_search_locations=[str(_FOLDER)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = module_from_spec(spec)
    sys.modules[_PACKAGE] = package
    spec.loader.exec_module(package)
    sys.argv = [_PACKAGE, *arguments]
    runpy.run_module(f"{_PACKAGE}.{module}", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    _launch(sys.argv[1], sys.argv[2:])
