// Ce que la construction écrit à la place de ces noms (vite.config.ts).

/** Les fichiers construits auxquels mènent les pages publiques. */
declare const LISTE_ACTIFS: readonly string[];
/** Ceux de l'espace, que seules gardent les personnes qui l'ouvrent. */
declare const LISTE_ESPACE: readonly string[];
/** Ceux de la page de la cuisine, que seul garde un appareil à qui un lien l'a ouverte. */
declare const LISTE_CUISINE: readonly string[];
/** Le script des pages publiques, celui de cette version. */
declare const SCRIPT_PUBLIC: string;
/** L'empreinte de tout ce qui précède, des phrases et de la page sans réseau. */
declare const VERSION_ACTIFS: string;
/** Les langues livrées. */
declare const LANGUES: readonly string[];
