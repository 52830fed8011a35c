"""Errors of long work that the server does beside its answers."""

from lib.errors.kinds import BusyError, ConflictError, NotFoundError


class JobNotFoundError(NotFoundError):
    """There is no such job, it ended long ago, or it belongs to somebody else."""

    def __init__(self, job_id: str) -> None:
        super().__init__(
            f"You have no job {job_id[:80]!r}; what ended is kept for an hour. List your jobs, or look for a "
            "new label of the run."
        )


class JobsFullError(BusyError):
    """As many jobs wait as this server lets wait."""

    def __init__(self, n_jobs: int) -> None:
        super().__init__(
            f"The server has {n_jobs} jobs to do and takes no more. Nothing was started; repeat the request "
            "in a moment, or cancel a job."
        )


class JobOverError(ConflictError):
    """Somebody wants to cancel a job that ended, or that is storing its result."""

    def __init__(self, job_id: str) -> None:
        super().__init__(
            f"Job {job_id} cannot be cancelled any more: it has ended, or is storing its result. Look at its "
            "state."
        )
