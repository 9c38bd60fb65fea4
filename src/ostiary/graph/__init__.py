"""Microsoft Graph: the objects of the tenant as administrators' tools read and change them."""
