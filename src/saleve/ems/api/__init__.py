"""The site for programs, at ``/api/``: the same services and the same table of permissions as the pages."""
