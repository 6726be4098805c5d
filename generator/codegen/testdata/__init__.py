"""The data that generated tests read: the cases of calls, and the requests expected of them."""
