"""What people see: domain objects turned into messages and forms. No input or output, no rules."""
