"""The key by which this computer is known to those who come, made once and kept beside the settings."""

import os
from pathlib import Path

import asyncssh

from supervision import paths
from supervision.errors import Damaged, Refused
from supervision.store.files import is_loose, private_folder, read_whole, shown, write_whole

FILE = "host_key"


def host_key(folder: Path | None = None) -> asyncssh.SSHKey:
    """The key, made the first time. Refused when others can read it, Damaged when it is none; it stays as it is."""
    file = (folder or paths.config_dir()) / FILE
    found = read_whole(file)
    if found is None:
        made = asyncssh.generate_private_key("ssh-ed25519", comment="supervision")
        private_folder(file.parent)
        write_whole(file, made.export_private_key())
        return made
    data, about = found
    if is_loose(about) or about.st_uid != os.geteuid():
        raise Refused(
            f"Others on this computer can read {shown(file)}, so it proves nothing any more. Delete it: a new one is "
            "made, and those who came before are asked once whether they trust it."
        )
    try:
        return asyncssh.import_private_key(data)
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise Damaged(
            f"{shown(file)} is no key that can be used. It stays as it is; move it away to have one made."
        ) from error
