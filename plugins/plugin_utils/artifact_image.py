# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes paths out of a container image, without a container engine: skopeo copies the image, its layers are read in their order.

A layer is a tar that is laid over the layers below it. A member ``.wh.NAME`` in it removes NAME, and ``.wh..wh..opq`` removes all that
the directory had in the layers below (OCI image specification, "Image Layer Filesystem Changeset").
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import tarfile
from contextlib import ExitStack
from typing import IO, Callable, Dict, List, Sequence, Set, Tuple, cast

from ..module_utils.artifact.parts import ArtifactError, Part, file_digest, glob_pattern

Runner = Callable[[Sequence[str], str], Tuple[int, str]]

# Where skopeo finds an image; a plain name is one of a registry.
TRANSPORTS = ("docker", "oci", "oci-archive", "docker-archive", "dir", "containers-storage")
WHITEOUT = ".wh."
OPAQUE = ".wh..wh..opq"
DIGEST = re.compile(r"^sha256:[0-9a-f]{64}$")


def reference(image: str) -> str:
    """The image as skopeo names it."""
    return image if image.split(":", 1)[0] in TRANSPORTS and ":" in image else f"docker://{image}"


def fetch_image(part: Part, work: str, run: Runner) -> str:
    """Copy the part's image into ``work`` and return a tar of those of its files that the part includes. Raises ArtifactError."""
    if shutil.which("skopeo") is None:
        raise ArtifactError(
            f"skopeo was not found on the controller, and {part.label} is a container image; install skopeo or use another source."
        )
    copy = os.path.join(work, "image")
    # Without a policy of the machine's own every image is accepted; what arrived is compared with its digests all the same.
    command = ["skopeo", "--override-os", "linux"]
    if not any(os.path.exists(path) for path in (os.path.expanduser("~/.config/containers/policy.json"), "/etc/containers/policy.json")):
        command.append("--insecure-policy")
    command += ["--override-arch", part.platform] if part.platform else []
    code, text = run([*command, "copy", "--quiet", reference(part.image), f"dir:{copy}"], work)
    if code != 0:
        raise ArtifactError(explain_skopeo(part, text))
    target = os.path.join(work, f"{re.sub(r'[^A-Za-z0-9._-]+', '-', part.image).strip('-')}.tar")
    flatten(layers(copy, part), part, target)
    return target


def layers(copy: str, part: Part) -> List[str]:
    """The files of the image's layers, lowest first, each compared with its digest."""
    with open(os.path.join(copy, "manifest.json"), encoding="utf-8") as handle:
        manifest = json.load(handle)
    listed = manifest.get("layers")
    if manifest.get("schemaVersion") != 2 or not isinstance(listed, list):
        raise ArtifactError(
            f"{part.label} has a manifest of schema {manifest.get('schemaVersion')}; copy the image with `skopeo copy --format v2s2` and name the copy."
        )
    paths = []
    for layer in listed:
        if not DIGEST.match(str(layer.get("digest"))):
            raise ArtifactError(f"{part.label} names a layer {layer.get('digest')!r} instead of sha256: and 64 digits; the image is damaged.")
        if "zstd" in str(layer.get("mediaType")):
            raise ArtifactError(
                f"{part.label} has layers compressed by zstd; copy it with `skopeo copy --dest-compress-format gzip` and name the copy."
            )
        digest = layer["digest"].partition(":")[2]
        path = os.path.join(copy, digest)
        if not os.path.isfile(path) or file_digest(path) != digest:
            raise ArtifactError(f"{part.label} lacks its layer {digest[:12]}, or it is damaged; fetch the image again.")
        paths.append(path)
    return paths


class Tree:
    """What the layers read so far make of the wanted paths: for each path the layer and the member that it comes from."""

    def __init__(self, include: Sequence[str]) -> None:
        self.patterns = [glob_pattern(pattern) for pattern in include]
        self.found: Dict[str, Tuple[int, tarfile.TarInfo]] = {}
        # Whatever something was found below, as a layer need not list the directories of its files.
        self._directories: Set[str] = {""}

    def wants(self, name: str) -> bool:
        """Whether the part includes the path; without patterns it includes all."""
        return not self.patterns or any(pattern.match(name) for pattern in self.patterns)

    def drop(self, name: str, itself: bool = True) -> None:
        """Forget a path and all below it. Looks through all paths only for what has something below it."""
        if itself:
            self.found.pop(name, None)
        if name in self._directories:
            for path in [path for path in self.found if path.startswith(f"{name}/" if name else "")]:
                del self.found[path]

    def lay(self, number: int, members: Sequence[Tuple[str, tarfile.TarInfo]]) -> None:
        """Lay one layer over the tree. Its whiteouts concern the layers below alone, wherever in the tar they stand."""
        for name, dummy in members:
            directory, base = posixpath.split(name)
            if base == OPAQUE:
                self.drop(directory, itself=False)
            elif base.startswith(WHITEOUT):
                self.drop(posixpath.join(directory, base[len(WHITEOUT) :]))
        for name, info in members:
            if posixpath.basename(name).startswith(WHITEOUT):
                continue
            if not info.isdir():
                self.drop(name)
            self.found[name] = (number, info)
            above = posixpath.dirname(name)
            while above not in self._directories:
                self._directories.add(above)
                above = posixpath.dirname(above)

    def content_of(self, name: str) -> Tuple[int, tarfile.TarInfo]:
        """The member that holds a file's bytes; a hard link is followed, within its layer as the format has it."""
        number, info = self.found[name]
        seen = {name}
        while info.islnk():
            name = clean(info.linkname)
            if name in seen or name not in self.found:
                raise ArtifactError(f"{posixpath.join('/', name)} is a hard link that leads nowhere; the image is damaged.")
            seen.add(name)
            number, info = self.found[name]
        return number, info


def clean(name: str) -> str:
    """A member's path below the root of the image, without anything that leads out of it."""
    return posixpath.normpath(posixpath.join("/", name)).lstrip("/")


def flatten(paths: Sequence[str], part: Part, target: str) -> None:
    """Write the wanted files of all layers into one tar that is the same on whichever controller it is made."""
    tree = Tree(part.include)
    archives: List[tarfile.TarFile] = []
    with ExitStack() as stack:
        for number, path in enumerate(paths):
            try:
                archives.append(stack.enter_context(tarfile.open(path, "r:*")))
                tree.lay(number, [(clean(info.name), info) for info in archives[-1].getmembers()])
            except tarfile.TarError as error:
                raise ArtifactError(f"A layer of {part.label} is no tar archive ({error}); fetch the image again.") from error
        names = sorted(name for name, (dummy, info) in tree.found.items() if tree.wants(name) and not info.isdir())
        if not names:
            raise ArtifactError(f"{part.label} has no path that matches {', '.join(part.include)}; correct include.")
        with tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as out:
            for name in names:
                write(out, name, tree, archives)


def write(out: tarfile.TarFile, name: str, tree: Tree, archives: Sequence[tarfile.TarFile]) -> None:
    """One file or link, without times and owners; devices, sockets and pipes are none of a distribution's."""
    number, info = tree.content_of(name)
    copy = tarfile.TarInfo(name)
    copy.mode = info.mode & 0o755
    if info.issym():
        copy.type, copy.linkname = tarfile.SYMTYPE, info.linkname
        out.addfile(copy)
    elif info.isfile():
        copy.size = info.size
        # Of a regular file there always is one.
        with cast(IO[bytes], archives[number].extractfile(info)) as source:
            out.addfile(copy, source)


def explain_skopeo(part: Part, text: str) -> str:
    """One sentence out of what a failed skopeo printed."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    said = fatal_message(lines[-1]) if lines else "nothing"
    lowered = said.lower()
    if any(word in lowered for word in ("no such host", "connection refused", "timeout", "network is unreachable", "pinging container registry")):
        return f"skopeo cannot reach the registry of {part.label}; check the network, or name the image of a mirror. It said: {said}"
    if any(word in lowered for word in ("manifest unknown", "name unknown", "no such file", "not found")):
        return f"skopeo does not find {part.label}; correct the image's name or tag. It said: {said}"
    if any(word in lowered for word in ("unauthorized", "access denied", "denied:")):
        return f"The registry does not let skopeo read {part.label}; log in with `skopeo login` on the controller. It said: {said}"
    return f"skopeo could not copy {part.label}: {said}"


def fatal_message(line: str) -> str:
    """The message of a line such as ``time="..." level=fatal msg="..."``."""
    match = re.search(r'msg="((?:[^"\\]|\\.)*)"', line)
    return (match.group(1).replace('\\"', '"') if match else line)[:500]
