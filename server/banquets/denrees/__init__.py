"""Les denrées : celles de la maison, et celles que les structures y ajoutent."""
