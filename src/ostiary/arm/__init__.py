"""The management API: Azure Resource Manager's shape over what the store keeps."""
