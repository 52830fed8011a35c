import subprocess
import sys

import pytest

from lib.errors import UnknownAlgorithmError
from lib.infers.algorithm import Algorithm
from lib.infers.catalogue import find_algorithm, find_algorithms
from lib.settings import APP_FOLDER


def test_every_algorithm_of_the_folder_is_found_by_its_name() -> None:
    found = find_algorithms()

    assert "vesselness" in found
    assert all(name == algorithm.name for name, algorithm in found.items())


def test_an_unknown_name_is_refused_with_the_names_that_exist() -> None:
    with pytest.raises(UnknownAlgorithmError, match=r"no method 'magic'\. There are: .*vesselness"):
        find_algorithm("magic")


def test_finding_algorithms_does_not_load_the_server_s_host() -> None:
    load = "import sys; from lib.infers import catalogue; catalogue.find_algorithms()"
    code = f"{load}; print('monailabel' in sys.modules)"

    said = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONPATH": str(APP_FOLDER)}, capture_output=True, check=True
    )

    assert said.stdout.strip() == b"False"


HOST_KEYS = {"model", "image", "label", "device", "gpus", "save_label", "label_tag", "images", "session_id"}
"""What MONAI Label writes into a request before a task sees it."""


@pytest.mark.parametrize("algorithm", find_algorithms().values(), ids=lambda algorithm: algorithm.name)
def test_no_parameter_has_a_name_that_the_host_fills_in(algorithm: Algorithm) -> None:
    assert not HOST_KEYS & {parameter.name for parameter in algorithm.parameters}
