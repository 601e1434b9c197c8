"""Long work beside the pages: started by a person, done by a worker process, seen while it runs, stopped between steps.

    job = start("report", request.user, then=reverse("reports"), kind="report", year=2025)
    return redirect("job", job_id=job.pk)

``starting.py`` starts, ``work.py`` lists what there is to do, ``running.py`` does it, ``worker.py`` is the process.
"""
