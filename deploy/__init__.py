"""What publishing and running Ostiary takes beside the package: notices, components, containers."""
