// Petites améliorations des documents publics ; sans elles, tout fonctionne.
export {};
