"""Which models there are, where their files lie, and whether these are what they should be."""

from lib.registry.manifest import Manifest, ModelCard, ModelFile, Role, read_manifest, write_manifest
from lib.registry.store import Model, find_model, find_models, model_for, verified_file, verified_files

__all__ = [
    "Manifest",
    "Model",
    "ModelCard",
    "ModelFile",
    "Role",
    "find_model",
    "find_models",
    "model_for",
    "read_manifest",
    "verified_file",
    "verified_files",
    "write_manifest",
]
