"""The rows of the table of AADSTS codes, by subject; `ostiary.oidc.error_codes` joins them."""
