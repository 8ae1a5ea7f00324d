"""What stands between a registry's word and a started program: the user's consent."""
