"""The one task that the worker knows: do the job of this name."""

from django_tasks import task

from saleve.ems.jobs.running import run_job


@task()
def run(job_id: str) -> None:
    """Do a job; how it ends is told in the job."""
    run_job(job_id)
