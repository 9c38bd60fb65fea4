"""What people prove who they are with: each factor checked, limited, and told to the policies."""
