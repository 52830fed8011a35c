"""What is changed in the prebuilt viewer: it moves below /ohif/, and two faults of OHIF 3.13.2 are mended.

A patch replaces one text by another. One that finds its text nowhere was written for another version of the
viewer; `unpatched` names it, so that a set-up stops instead of serving a viewer with the fault.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

PREFIX: Final = "/ohif/"


@dataclass(frozen=True)
class Patch:
    """One text of the viewer's files and what takes its place.

    Attributes:
        aim: What it is for, as the end of "the patch that ...".
        files: Pattern of the file names, in any folder.
        old: The text as the archive has it.
        new: The text that takes its place wherever it stands.
    """

    aim: str
    files: str
    old: str
    new: str

    def is_for(self, name: PurePosixPath) -> bool:
        """Tell whether a file of this name may hold the text."""
        return name.match(self.files)

    def is_found(self, content: bytes) -> bool:
        """Tell whether a file holds the text."""
        return self.old.encode() in content


MOVES: Final = (
    Patch(
        # Every bundle has a public path of its own, also those that run as workers; with the main bundle
        # alone the workers would not find their parts.
        "moves the bundles",
        "*.bundle.*.js",
        '__webpack_require__.p = "/"',
        f'__webpack_require__.p = "{PREFIX}"',
    ),
    Patch("moves what style sheets name", "*.css", "url(/", f"url({PREFIX}"),
    Patch("moves what the manifest names", "manifest.json", '"src": "/', f'"src": "{PREFIX}'),
    Patch("moves the index's root", "index.html", 'PUBLIC_URL="/"', f'PUBLIC_URL="{PREFIX}"'),
    Patch("moves the index's links", "index.html", 'href="/', f'href="{PREFIX}'),
    Patch("moves the index's scripts", "index.html", 'src="/', f'src="{PREFIX}'),
    Patch("moves the index's pictures", "index.html", 'content="/', f'content="{PREFIX}'),
)

MENDS: Final = (
    Patch(
        # A SEG whose metadata come before its run's waits for display sets, and took the first one of its
        # series; the look-up is the one that serves a SEG that comes after its run.
        "attaches a label to its own run",
        "*.bundle.*.js",
        "// to the referencedDisplaySet\n"
        "      const addedDisplaySet = displaySetsAdded[0];\n"
        "      if (addedDisplaySet.SeriesInstanceUID === displaySet.referencedSeriesInstanceUID) {",
        "// to the referencedDisplaySet\n"
        "      const addedDisplaySet ="
        " displaySetService.getDisplaySetsForReferences(instance.ReferencedSeriesSequence)[0];\n"
        "      if (addedDisplaySet) {",
    ),
    Patch(
        # A projection has no place in space, so the viewer counts its image plane as made up and its pixel
        # size with it, although the size is known; the same viewport's other check already asks for it.
        "measures in mm while a label is open",
        "*.bundle.*.js",
        "this.hasPixelSpacing =\n            scale > 0 ||\n",
        "this.hasPixelSpacing =\n            scale > 0 ||\n"
        "                calibration?.rowPixelSpacing > 0 ||\n",
    ),
)

PATCHES: Final = (*MOVES, *MENDS)


def patched(name: PurePosixPath, content: bytes) -> bytes:
    """Return the content of one file of the viewer with every patch that is for it."""
    for patch in PATCHES:
        if patch.is_for(name):
            content = content.replace(patch.old.encode(), patch.new.encode())
    return content


def found_in(name: PurePosixPath, content: bytes) -> set[Patch]:
    """Return the patches that change this file."""
    return {patch for patch in PATCHES if patch.is_for(name) and patch.is_found(content)}


def unpatched(found: Iterable[Patch]) -> list[Patch]:
    """Return the patches that are not among those found."""
    seen = set(found)
    return [patch for patch in PATCHES if patch not in seen]
