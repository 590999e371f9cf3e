"""The `local` stack on the embedded cluster: bring it up, preview it, take it down, mend an interrupted update."""
