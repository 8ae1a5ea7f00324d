"""Hubs measured beside each other: started alike, asked by the same raw client, in turns."""
