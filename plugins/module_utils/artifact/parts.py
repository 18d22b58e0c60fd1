# Copyright: the baremetal.flink maintainers
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a release is made of, and the digest by which controller and host agree on it."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, Optional, Pattern, Sequence, Tuple

from ..errors import CollectionError
from ..urls import public_url

SOURCES = ("url", "file", "maven", "pypi", "image")
FORMATS = ("sdist", "wheel")
CHECKSUM = re.compile(r"^(sha256|sha512):([0-9a-fA-F]+)$")
CHECKSUM_LENGTH = {"sha256": 64, "sha512": 128}
COORDINATES = re.compile(r"^[\w.-]+:[\w.-]+(:[\w.-]+(:[\w.-]+)?)?(@[\w.-]+)?$")
NAME = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._+-]*$")
BLOCK = 1024 * 1024


class ArtifactError(CollectionError):
    """A distribution cannot be described, fetched or laid out; the text says what to change."""


@dataclass
class Coordinates:
    """One Maven artefact: ``group:artifact[:version[:classifier]][@type]``. No version means that the management has it."""

    group: str
    artifact: str
    version: str = ""
    classifier: str = ""
    type: str = "jar"

    @classmethod
    def parse(cls, text: str) -> Coordinates:
        """Raises ArtifactError for anything of another shape."""
        if not isinstance(text, str) or not COORDINATES.match(text):
            raise ArtifactError(f"Maven coordinates {text!r} must look like group:artifact:version[:classifier][@type].")
        body, dummy, kind = text.partition("@")
        group, artifact, *rest = body.split(":")
        version, classifier = (*rest, "", "")[:2]
        return cls(group, artifact, version, classifier, kind or "jar")


@dataclass
class Part:
    """One download and where it goes inside the release.

    ``identity`` is what decides which bytes are fetched, ``layout`` where they go; both enter the release's digest.
    ``manifest`` maps file names to their sha256 and is checked for Maven parts.
    """

    source: str
    url: str = ""
    path: str = ""
    coordinates: List[str] = field(default_factory=list)
    management: List[str] = field(default_factory=list)
    exclusions: List[str] = field(default_factory=list)
    transitive: bool = False
    package: str = ""
    version: str = ""
    format: str = "sdist"
    platform: str = ""
    image: str = ""
    checksum: str = ""
    manifest: Dict[str, str] = field(default_factory=dict)
    archive: bool = True
    include: List[str] = field(default_factory=list)
    strip: int = 0
    dest: str = ""

    @property
    def label(self) -> str:
        """A short name for messages."""
        return {
            "url": public_url(self.url),
            "file": self.path,
            "maven": ", ".join(self.coordinates),
            "pypi": f"{self.package} {self.version}",
            "image": self.image,
        }[self.source]

    def identity(self) -> Dict[str, Any]:
        """What decides which bytes are fetched. A file counts by its checksum alone, wherever it lies on the controller."""
        names = {
            "url": ("url",),
            "file": (),
            "maven": ("coordinates", "management", "exclusions", "transitive", "manifest"),
            "pypi": ("package", "version", "format", "platform"),
            # Only what is included leaves the controller.
            "image": ("image", "platform", "include"),
        }[self.source]
        return dict({name: getattr(self, name) for name in names}, source=self.source, checksum=self.checksum)

    def layout(self) -> Dict[str, Any]:
        """Where the bytes go."""
        return {name: getattr(self, name) for name in ("archive", "include", "strip", "dest")}

    def key(self) -> str:
        """The identity as a file name for the controller's cache."""
        return digest_of(self.identity())


def digest_of(value: Any) -> str:
    """SHA-256 of a value's canonical JSON."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, separators=(",", ":")).encode("utf-8")).hexdigest()


def file_digest(path: str, algorithm: str = "sha256") -> str:
    """Hexadecimal digest of a file's content."""
    digest = hashlib.new(algorithm)
    with open(path, "rb") as handle:
        for block in iter(lambda: handle.read(BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def split_checksum(checksum: str) -> Tuple[str, str]:
    """Algorithm and lower-case hexadecimal digits of ``sha256:...`` or ``sha512:...``."""
    match = CHECKSUM.match(checksum)
    if not match or len(match.group(2)) != CHECKSUM_LENGTH[match.group(1)]:
        raise ArtifactError(f"Checksum {checksum!r} must be sha256: with 64 hexadecimal digits, or sha512: with 128.")
    return match.group(1), match.group(2).lower()


def verify(path: str, checksum: str, label: str) -> None:
    """Raise when a file does not have the checksum that was asked for."""
    algorithm, wanted = split_checksum(checksum)
    found = file_digest(path, algorithm)
    if found != wanted:
        raise ArtifactError(
            f"{label} has {algorithm} {found}, not {wanted} as asked for. Correct the checksum if the file is right; "
            "otherwise somebody changed the file."
        )


def parse_manifest(text: str, label: str) -> Dict[str, str]:
    """File names and sha256 out of the format that ``sha256sum`` writes."""
    manifest: Dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        match = re.match(r"^([0-9a-fA-F]{64})\s+\*?(\S+)$", line)
        if not match:
            raise ArtifactError(f"{label}, line {number}: expected a sha256 and a file name, as sha256sum writes them.")
        manifest[match.group(2).rsplit("/", 1)[-1]] = match.group(1).lower()
    return manifest


REQUIRED = {"url": ("url",), "file": ("path",), "maven": ("coordinates",), "pypi": ("package", "version"), "image": ("image", "include")}
FOREIGN = {
    "url": ("url",),
    "path": ("file",),
    "coordinates": ("maven",),
    "management": ("maven",),
    "exclusions": ("maven",),
    "transitive": ("maven",),
    "manifest": ("maven",),
    "package": ("pypi",),
    "version": ("pypi",),
    "format": ("pypi",),
    "platform": ("pypi", "image"),
    "image": ("image",),
}


def parse_part(raw: Mapping[str, Any], number: int, manifest: Optional[str] = None) -> Part:
    """One part out of module arguments; ``manifest`` is the text of its manifest file. Raises ArtifactError."""
    source = raw.get("source")
    where = f"Part {number}"
    if source not in SOURCES:
        raise ArtifactError(f"{where}: source must be one of {', '.join(SOURCES)}, not {source!r}.")
    given = {key: value for key, value in raw.items() if value not in (None, "", [], {})}
    _check_options(source, given, where)
    part = Part(
        source=source,
        url=str(given.get("url", "")),
        path=str(given.get("path", "")),
        coordinates=[str(item) for item in given.get("coordinates", [])],
        management=[str(item) for item in given.get("management", [])],
        exclusions=sorted(str(item) for item in given.get("exclusions", [])),
        transitive=bool(given.get("transitive", False)),
        package=str(given.get("package", "")),
        version=str(given.get("version", "")),
        format=str(given.get("format", "sdist")),
        platform=str(given.get("platform", "")),
        image=str(given.get("image", "")),
        checksum=str(given.get("checksum", "")).strip(),
        manifest=parse_manifest(manifest, f"{where}: manifest {given.get('manifest')}") if manifest is not None else {},
        archive=bool(raw["archive"]) if raw.get("archive") is not None else source != "maven",
        include=[str(item).strip("/") for item in given.get("include", [])],
        strip=int(given.get("strip", 0)),
        dest=str(given.get("dest", "")).strip("/"),
    )
    _check_content(part, where)
    _check_layout(part, where)
    return part


def _check_options(source: str, given: Mapping[str, Any], where: str) -> None:
    """Whether the options are those of the source."""
    for key in REQUIRED[source]:
        if key not in given:
            raise ArtifactError(f"{where}: source {source} needs {key}.")
    for key, sources in FOREIGN.items():
        if key in given and source not in sources and given[key] is not False:
            raise ArtifactError(f"{where}: {key} has no meaning with source {source}; it belongs to {', '.join(sources)}.")
    if source == "url" and "checksum" not in given:
        raise ArtifactError(
            f"{where}: {public_url(str(given['url']))} needs a checksum (sha256:... or sha512:...), so that nothing unverified is installed."
        )
    if source == "image" and "checksum" in given:
        raise ArtifactError(f"{where}: an image is pinned by its name, as in NAME@sha256:...; leave checksum out.")


def _check_content(part: Part, where: str) -> None:
    """Whether what names the content can be read, and the checksum fits it."""
    for item in part.coordinates + part.management:
        Coordinates.parse(item)
    for item in part.exclusions:
        if item.count(":") != 1:
            raise ArtifactError(f"{where}: exclusion {item!r} must look like group:artifact.")
    if part.format not in FORMATS:
        raise ArtifactError(f"{where}: format must be sdist or wheel, not {part.format!r}.")
    if part.checksum:
        split_checksum(part.checksum)
        if part.source == "maven" and (part.transitive or len(part.coordinates) != 1):
            raise ArtifactError(f"{where}: a checksum fits a single Maven file; for several give a manifest.")


def _check_layout(part: Part, where: str) -> None:
    """Whether what is taken out of an archive stays inside of the release."""
    if part.strip < 0:
        raise ArtifactError(f"{where}: strip must not be negative.")
    if not part.archive and (part.include or part.strip):
        raise ArtifactError(f"{where}: include and strip need an archive; set archive: true or leave them out.")
    if ".." in part.dest.split("/"):
        raise ArtifactError(f"{where}: dest {part.dest!r} must stay inside the release.")


def check_names(name: str, version: str, root: str) -> None:
    """Refuse names that would leave ``root`` or could be taken for one of the working directories."""
    for what, value in (("name", name), ("version", version)):
        if not NAME.match(value or ""):
            raise ArtifactError(
                f"{what} {value!r} must start with a letter or digit and hold only letters, digits, dot, _, + and -."
            )
    if not root.startswith("/") or root == "/":
        raise ArtifactError(f"root {root!r} must be an absolute path below /.")


def release_digest(
    name: str, version: str, parts: Sequence[Part], remove: Sequence[str], executable: Sequence[str], owner: str, group: str
) -> str:
    """The digest of a whole description: a host that has it needs nothing."""
    described = [dict(part.identity(), **part.layout()) for part in parts]
    return digest_of(
        dict(
            name=name,
            version=version,
            parts=described,
            remove=list(remove),
            executable=list(executable),
            owner=owner,
            group=group,
        )
    )


def glob_pattern(pattern: str) -> Pattern[str]:
    """A path pattern as a regular expression: ``*`` and ``?`` stay within a directory, ``**`` does not; a directory that
    matches takes everything below it along."""
    answer = ""
    rest = pattern.strip("/")
    while rest:
        if rest.startswith("**/"):
            answer, rest = answer + "(?:.*/)?", rest[3:]
        elif rest.startswith("**"):
            answer, rest = answer + ".*", rest[2:]
        elif rest[0] == "*":
            answer, rest = answer + "[^/]*", rest[1:]
        elif rest[0] == "?":
            answer, rest = answer + "[^/]", rest[1:]
        else:
            answer, rest = answer + re.escape(rest[0]), rest[1:]
    return re.compile(f"^{answer}(?:/.*)?$", re.DOTALL)
