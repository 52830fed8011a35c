"""Connects a job with a propagation: open the run, carry the masks through it, save one new version."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from lib.arrays import LabelMap, Mask, to_volume
from lib.datastore.durable import disk_full_says_so
from lib.datastore.records import LabelVersion
from lib.datastore.volumes import write_label
from lib.interaction.overlap import Overlap, combine
from lib.propagation.propagate import Propagated, propagate
from lib.propagation.tracker import Tracker
from lib.server.job import Job
from lib.server.propagate_body import PropagationResult
from lib.server.propagate_plan import PropagatePlan, saved_map
from lib.server.services import Services

KIND: Final = "propagate"

FOLLOWED: Final = 0.95
"""Share of the work that is done when every frame has its mask."""


@dataclass(frozen=True)
class PropagateJob:
    """The work of one plan. Until it saves, nothing of it is seen; then all of it is one new draft."""

    services: Services
    plan: PropagatePlan
    tracker: Tracker

    def __call__(self, job: Job) -> PropagationResult:
        """Do it.

        Raises:
            CancelledError: Somebody stopped the job; nothing was stored.
        """
        plan, services = self.plan, self.services
        job.tell(0.0, "opening the run")
        frames = services.opened.frames(plan.run.image_id, services.shelf.dicom(plan.run.image_id))
        base = np.zeros(frames.shape, np.uint8)
        if plan.source is not None:
            base = saved_map(services.desk, plan.source)
        job.tell(0.0, f"carrying {plan.label.name} through {len(plan.wanted)} frames")
        propagated = propagate(
            frames,
            plan.keys,
            self.tracker,
            wanted=plan.wanted,
            finished={t: base[t] == plan.label.index for t in plan.finished},
            on_progress=lambda share: job.tell(FOLLOWED * share),
            is_cancelled=job.is_cancelled,
        )
        label_map = laid_in(base, propagated.masks, plan)
        job.begin_saving()
        job.tell(FOLLOWED, "saving")
        return self._result(self._save(label_map, propagated), propagated)

    def _save(self, label_map: LabelMap, propagated: Propagated) -> LabelVersion:
        """Save the result as a client's label is saved."""
        plan, desk = self.plan, self.services.desk
        names = [{"name": desk.table.by_index(int(i)).name, "idx": int(i)} for i in np.unique(label_map) if i]
        info: dict[str, Any] = {
            "client_id": plan.owner,
            "model": f"{self.tracker.name}@{self.tracker.version}",
            "label_info": names,
            "finished_frame_numbers": sorted(t + 1 for t in plan.finished) or None,
            "propagation": {
                "label": plan.label.name,
                "key_frame_numbers": [t + 1 for t in plan.keys],
                "source_label_id": plan.source.id if plan.source else None,
                "confidence": self._confidence(propagated),
            },
        }
        with tempfile.TemporaryDirectory(prefix="propagated-") as folder:
            file = Path(folder) / "label.nii"
            with disk_full_says_so(file.parent):
                write_label(file, to_volume(label_map), None)
            return desk.save(plan.run, file, plan.tag, info)

    def _result(self, saved: LabelVersion, propagated: Propagated) -> PropagationResult:
        return PropagationResult(
            image_id=saved.image_id,
            label_id=saved.id,
            tag=saved.tag,
            version=saved.version,
            confidence=self._confidence(propagated),
        )

    def _confidence(self, propagated: Propagated) -> list[float | None]:
        wanted = set(self.plan.wanted)
        told = enumerate(propagated.confidence.tolist())
        return [round(value, 3) if t in wanted else None for t, value in told]


def laid_in(base: LabelMap, masks: Mask, plan: PropagatePlan) -> LabelMap:
    """Return a label map in which the label is exactly the masks on the frames that may change.

    Args:
        base: (T, H, W), what there was.
        masks: (T, H, W), the label.
        plan: Says which frames may change; excluded and unwanted ones keep every pixel. So do finished
            ones, whose masks are those of the base.
    """
    label_map = base.copy()
    for t in set(plan.wanted) - plan.excluded:
        label_map[t] = combine(base[t], masks[t], plan.label.index, Overlap.REPLACE)
    return label_map
