"""Graph JSON at the edge: models, rules, answers. Generated from conditions and controls."""
