"""Quotas: what a person may use, per day and per month."""
