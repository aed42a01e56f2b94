"""The command line: reads what was asked for, builds it, reports in exit statuses and one line."""
