"""Which models there are, which version of each is live, and whether their files are what they should be."""

from lib.registry.gate import GateFrame, SliceGain, Verdict, judge
from lib.registry.live import Change
from lib.registry.manifest import Manifest, ModelCard, ModelFile, Role, read_manifest, write_manifest
from lib.registry.model import Model
from lib.registry.store import find_model, find_models, model_for
from lib.registry.verify import verified_file, verified_files
from lib.registry.version import UsedLabel, Version, VersionDraft
from lib.registry.versions import VersionStore

__all__ = [
    "Change",
    "GateFrame",
    "Manifest",
    "Model",
    "ModelCard",
    "ModelFile",
    "Role",
    "SliceGain",
    "UsedLabel",
    "Verdict",
    "Version",
    "VersionDraft",
    "VersionStore",
    "find_model",
    "find_models",
    "judge",
    "model_for",
    "read_manifest",
    "verified_file",
    "verified_files",
    "write_manifest",
]
