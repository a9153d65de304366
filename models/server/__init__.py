"""Books that several computers share: the server's address, its users, and the move there."""
