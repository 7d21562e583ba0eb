"""Les denrées de la maison et les portions suggérées : deux fichiers qui se lisent et se corrigent à la main.

`denrees.csv` : déchet et rendement viennent d'Ecobalyse (MTES-MCT, licence MIT), les mois de récolte d'Impact CO2 (ADEME,
licence MIT), les allergènes sont ceux de l'annexe II du règlement (UE) 1169/2011. `certitude` : A, texte officiel lu ;
B, source publique, facteur de famille ; C, une seule source ; D, suggestion que la personne qui cuisine relit.
`portions.csv` : des fourchettes par convive, prêt à manger ; même échelle de certitude.
"""
