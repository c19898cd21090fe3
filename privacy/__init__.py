"""The foundation: data map, plans, export, erasure, jobs, mail queue and audit; knows no other app of ours."""
