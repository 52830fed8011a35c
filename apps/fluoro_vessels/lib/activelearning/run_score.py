"""What the strategies know of a run."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class RunScore:
    """A run as the strategies see it.

    Attributes:
        image_id: SOP Instance UID.
        patient: A word that tells patients apart; "" where nobody read the header.
        angle_group: How the C-arm stood, such as "RAO cranial"; "" where nobody knows.
        uncertainty: From 0 to 1, how unsure the model is of it.
        foreground: Share of the picture that is vessel.
        embedding: (d,) float32; runs that look alike lie near to each other.
    """

    image_id: str
    patient: str
    angle_group: str
    uncertainty: float
    foreground: float
    embedding: NDArray[np.float32]
