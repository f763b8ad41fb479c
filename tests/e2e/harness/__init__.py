"""What the end-to-end tests are made of: the process under test, its peers and its clients."""
