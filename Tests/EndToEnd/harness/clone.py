"""A fresh clone whose build is done, started for the first time as the README says: by deploy/run.sh."""

import re
import shutil
import subprocess
import threading

from harness.gateway import BINARY, ROOT, Gateway
from harness.polling import eventually
from harness.readme import environment
from harness.visitor import Visitor

SHIPPED = "127.0.0.1:8080"


class Clone(Gateway):
    """The shipped policy with nothing changed but its ports."""

    def __init__(self) -> None:
        super().__init__({"routes": []})
        shipped = self.here((ROOT / "gateway.yaml").read_text())
        self.write(f"{shipped}\nadmin: {{ address: 127.0.0.1:{self.admin_port} }}\n")
        shutil.copytree(ROOT / "deploy", self.directory / "deploy")
        # Neither the packages nor the build are judged here.
        for name, text in (("swift", "#!/bin/sh\n"), ("dpkg-query", "#!/bin/sh\nprintf installed\n")):
            file = self.directory / "tools" / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text)
            file.chmod(0o755)
        (self.directory / ".build/release").mkdir(parents=True)
        (self.directory / ".build/release/gatehouse").symlink_to(BINARY)

    def start(self) -> None:
        clean = environment()
        self.process = subprocess.Popen(
            [self.directory / "deploy/run.sh"],
            env={**clean, "PATH": f"{self.directory / 'tools'}:{clean['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read_log, args=(self.process,), daemon=True).start()
        threading.Thread(target=self._read_messages, args=(self.process.stderr,), daemon=True).start()

    def here(self, text: str) -> str:
        """What the README or the policy says, for the port of this one."""
        return text.replace(SHIPPED, f"127.0.0.1:{self.port}")

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/identity"

    @property
    def passwords(self) -> list[str]:
        """Those that were told so far."""
        return re.findall(r"the user demo with the password (\S+)$", self.said(), re.MULTILINE)

    @property
    def password(self) -> str:
        (told,) = eventually(lambda: self.passwords)
        return told

    def visitor(self) -> Visitor:
        """A browser without a script."""
        return Visitor(self.issuer)

    def again(self) -> None:
        """End it, and start it as before."""
        self.process.terminate()
        self.process.wait(40)
        self.messages.clear()
        self.start()
        self.wait_until_ready()
