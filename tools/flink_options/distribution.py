# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A Flink distribution wherever it is: a directory, jars, or a package of PyPI, with the jars that lie inside of jars."""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zipfile
from functools import lru_cache
from pathlib import Path
from typing import Dict, Iterable, Iterator, List, Optional, Set, Tuple

from .classfile import ClassFile, NotAClass

FLINK = "org/apache/flink/"
#: What other projects wrote and Flink carries under another name.
FOREIGN = re.compile(r"/shadd?ed|/thirdparty/|^org/apache/flink/(examples|graph|ml|table/examples|streaming/examples)/")
#: How bin/config.sh and bash-java-utils name the keys that they read by themselves.
SCRIPT_KEY = re.compile(r"""^\s*KEY_\w+=["']([^"']+)["']|readFromConfig\s+["']?([a-z][\w.-]+)["']?""", re.MULTILINE)
_ARCHIVES = (".whl", ".zip")


def module(jar: str) -> str:
    """The name of a jar without the versions of Scala and Flink."""
    return re.sub(r"(_2\.\d+)?(-\d.*)?\.jar\Z", "", jar.rpartition("/")[2])


class DistributionError(Exception):
    """What was given holds no Flink."""


class Distribution:
    """All classes of all jars, and the scripts. Of a class that several jars have, the first counts."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.jars: Dict[str, str] = {}
        self.script_keys: Set[str] = set()
        self._places: Dict[str, Tuple[zipfile.ZipFile, str]] = {}
        self._jar_of: Dict[str, str] = {}
        for path in paths:
            self._add(path)
        self.own = sorted(name for name in self._places if name.startswith(FLINK) and not FOREIGN.search(name))
        if not self.own:
            raise DistributionError(f"no jar in {', '.join(map(str, paths))} holds classes of Flink")
        self._parsed = lru_cache(maxsize=4000)(self._parse)

    def get(self, name: str) -> Optional[ClassFile]:
        """The class of this name; None when no jar has it, or when it cannot be read."""
        return self._parsed(name) if name in self._places else None

    def module(self, name: str) -> str:
        """The module that has a class of this name: flink-yarn for flink-yarn_2.11-1.8.0.jar."""
        return module(self._jar_of.get(name, ""))

    def classes(self) -> Iterator[ClassFile]:
        """Flink's own classes, by name."""
        for name in self.own:
            found = self.get(name)
            if found is not None:
                yield found

    def _parse(self, name: str) -> Optional[ClassFile]:
        archive, entry = self._places[name]
        try:
            return ClassFile(archive.read(entry))
        except NotAClass:
            return None

    def _add(self, path: Path) -> None:
        if path.is_dir():
            for each in sorted(path.rglob("*.jar")):
                self._add_jar(str(each.relative_to(path)), each.read_bytes())
            for script in sorted(path.rglob("*.sh")):
                self._add_script(script.read_text(encoding="utf-8", errors="replace"))
        elif path.name.endswith((".tar.gz", ".tgz")):
            with tarfile.open(path) as tar:
                for member in tar:
                    if member.isfile() and member.name.endswith((".jar", ".sh")):
                        stream = tar.extractfile(member)
                        assert stream is not None
                        self._add_member(member.name, stream.read())
        elif path.suffix in _ARCHIVES:
            with zipfile.ZipFile(path) as archive:
                for name in sorted(archive.namelist()):
                    if name.endswith((".jar", ".sh")):
                        self._add_member(name, archive.read(name))
        elif path.suffix == ".jar":
            self._add_jar(path.name, path.read_bytes())
        else:
            raise DistributionError(f"{path} is no directory, jar, wheel or source package")

    def _add_member(self, name: str, data: bytes) -> None:
        if name.endswith(".jar"):
            self._add_jar(name, data)
        else:
            self._add_script(data.decode("utf-8", "replace"))

    def _add_script(self, text: str) -> None:
        self.script_keys.update(key for pair in SCRIPT_KEY.findall(text) for key in pair if key)

    def _add_jar(self, name: str, data: bytes) -> None:
        if name.endswith(("-sources.jar", "-javadoc.jar", "-tests.jar")):
            return
        archive = zipfile.ZipFile(io.BytesIO(data))
        entries = archive.namelist()
        inner: List[str] = [entry for entry in entries if entry.endswith(".jar")]
        if any(entry.startswith(FLINK) for entry in entries) or inner:
            self.jars[name.rpartition("/")[2]] = hashlib.sha256(data).hexdigest()
        for entry in entries:
            if entry.endswith(".class"):
                self._places.setdefault(entry[:-len(".class")], (archive, entry))
                self._jar_of.setdefault(entry[:-len(".class")], name)
        for entry in inner:
            self._add_jar(entry, archive.read(entry))
