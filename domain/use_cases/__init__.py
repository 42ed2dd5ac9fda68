"""What users do: get, ask the rule, write once. One verb, or one noun's verbs, a file."""
