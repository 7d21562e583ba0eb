"""Menus : les denrées, les plats, ce qu'ils contiennent, ce qu'il en faut."""
