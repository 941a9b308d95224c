"""Toil: a workflow of Python functions on its batch system grid_engine."""
import os

from check import same
from toil.common import Toil
from toil.job import Job


def part(job, number):
    return number * 10, os.environ["JOB_ID"]


def total(job, parts):
    return sum(number for number, _ in parts), sorted({grid_job for _, grid_job in parts})


def start(job):
    parts = [job.addChildJobFn(part, number, cores=1, memory="200M", disk="10M").rv() for number in (1, 2, 3)]
    return job.addFollowOnJobFn(total, parts, cores=2, memory="200M", disk="10M").rv()


if __name__ == "__main__":
    # Without a shell, or the login shell resets PATH, and _toil_worker is not found.
    os.environ.update(TOIL_GRIDENGINE_ARGS="-q all.q -shell no", TOIL_GRIDENGINE_PE="smp")
    options = Job.Runner.getDefaultOptions(os.path.abspath("jobstore"))
    os.makedirs("work")
    options.batchSystem, options.logLevel, options.workDir, options.retryCount = "grid_engine", "INFO", os.path.abspath("work"), 0
    # Python's virtual memory is larger than what Toil asks for by itself with h_vmem.
    options.manualMemArgs, options.disableCaching, options.statePollingWait, options.batchLogsDir = True, True, 1, os.path.abspath("work")
    options.coordinationDir = os.path.abspath("work")
    with Toil(options) as toil:
        answer, jobs = toil.start(Job.wrapJobFn(start, cores=1, memory="200M", disk="10M"))
    same("the sum", answer, 60)
    same("each part was a job", len(jobs), 3)
