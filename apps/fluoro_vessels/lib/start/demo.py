"""Puts the simulated demo run into an empty PACS."""

from lib.pacs.dicomweb import connect
from lib.phantom.demo import demo_run
from lib.settings import PacsSettings


def load_demo(settings: PacsSettings) -> str:
    """Store the demo run, if the PACS has no run yet; return what was done.

    Raises:
        PacsUnavailableError: The PACS does not answer.
        PacsRefusedError: It does not take the run.
    """
    pacs = connect(settings)
    n_runs = len(pacs.list_runs())
    if n_runs:
        return f"no demo run loaded: the PACS already has runs ({n_runs})"
    run = demo_run()
    pacs.store([run])
    return f"demo run loaded: {run.NumberOfFrames} simulated frames of {run.PatientName}"
