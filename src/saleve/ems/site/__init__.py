"""The Django project: settings from one workspace folder, addresses, headers, serving."""
