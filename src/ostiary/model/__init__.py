"""Values of Conditional Access: policies, sign-ins, directories, decisions. No rules, no I/O."""
