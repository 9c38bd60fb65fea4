"""The tables of the first release, in parts; never changed once it is out."""
