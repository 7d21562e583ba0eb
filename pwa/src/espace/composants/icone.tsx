/** Nos dessins au trait, toujours accompagnés d'un mot. Grille de 24, trait de 1,75. */

const TRACES = {
  maison: 'M4 11.5 12 5l8 6.5M6 10v9h12v-9M10 19v-5h4v5',
  calendrier: 'M5 6.5h14v13H5zM5 10.5h14M9 4v4M15 4v4',
  reseau: 'M10 6a2 2 0 1 0 4 0a2 2 0 1 0-4 0M4 17.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M16 17.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M11 7.8 7 15.7M13 7.8l4 7.9M8 17.5h8',
  personne: 'M8.5 8a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M5 20c.6-3.6 3.3-5.5 7-5.5s6.4 1.9 7 5.5',
  personnes: 'M6 8a3 3 0 1 0 6 0a3 3 0 1 0-6 0M3 19c.4-3 2.6-4.8 6-4.8s5.6 1.8 6 4.8M15.5 5.3a2.8 2.8 0 0 1 0 5.4M17 14.5c2.3.4 3.7 2 4 4.5',
  telephone: 'M6.5 4.5h3l1.5 4-2 1.5a10 10 0 0 0 5 5l1.5-2 4 1.5v3c0 1-.7 1.8-1.7 1.8C10.5 19 5 13.5 4.7 6.2c0-1 .8-1.7 1.8-1.7z',
  porte: 'M6 20V4.5h9V20M4 20h16M15 6.5h3V20M12 12.5v.01',
  enveloppe: 'M4 6.5h16v11H4zM4.5 7l7.5 6 7.5-6',
  plus: 'M12 5v14M5 12h14',
  crayon: 'M5 19l.8-3.8L16 5l3 3L8.8 18.2zM14 7l3 3',
  copie: 'M9 9h10v10H9zM5 15V5h10',
  loupe: 'M5 10.5a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0M14.7 14.7 19.5 19.5',
  coche: 'M5 12.5 10 17.5 19.5 7',
  croix: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  fleche: 'M14.5 5.5 8 12l6.5 6.5',
  haut: 'M12 19V6M6.5 11 12 5.5 17.5 11',
  bas: 'M12 5v13M6.5 13 12 18.5 17.5 13',
  deplier: 'M6.5 9.5 12 15l5.5-5.5',
  replier: 'M6.5 14.5 12 9l5.5 5.5',
  attention: 'M12 4.5 21 19.5H3zM12 10v4.5M12 17v.01',
  oeil: 'M3 12c2-4 5.3-6 9-6s7 2 9 6c-2 4-5.3 6-9 6s-7-2-9-6zM9.5 12a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0',
  imprimer: 'M7 9V4.5h10V9M7 16H4.5V9h15v7H17M7 13.5h10V20H7z',
  telecharger: 'M12 4.5V15M7 10.5 12 15.5 17 10.5M5 19.5h14',
  corbeille: 'M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 10.5v5.5M13.5 10.5v5.5',
  couverts: 'M7 4v5M4.5 4v4a2.5 2.5 0 0 0 5 0V4M7 10.5V20M16.5 20V4c2.2 1 3.3 3.6 3.3 6.6 0 2-1.2 3.2-3.3 3.4',
  annuler: 'M8 5 4.5 8.5 8 12M5 8.5h8.5a5 5 0 0 1 0 10H9',
  marmite: 'M5 10h14v7a2.5 2.5 0 0 1-2.5 2.5h-9A2.5 2.5 0 0 1 5 17zM3 12.5h2M19 12.5h2M9 6.5c0-1 1-1 1-2.5M13.5 6.5c0-1 1-1 1-2.5',
  panier: 'M4 10h16l-1.6 9H5.6zM8 10l3-6M16 10l-3-6M9.5 13.5v2.5M14.5 13.5v2.5',
  thermometre: 'M10 13.8V6a2 2 0 1 1 4 0v7.8a4 4 0 1 1-4 0zM12 9v8',
  table: 'M4 9h16M6 9v10M18 9v10M9 6h6',
  bulle: 'M4.5 5.5h15v10H11l-4.5 4v-4h-2z',
  points: 'M6 12v.01M12 12v.01M18 12v.01',
  horloge: 'M4.5 12a7.5 7.5 0 1 0 15 0a7.5 7.5 0 1 0-15 0M12 7.5V12l3 2',
} as const;

export type NomIcone = keyof typeof TRACES;

export function Icone({ nom }: { nom: NomIcone }) {
  return (
    <svg class="icone" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
      <path d={TRACES[nom]} />
    </svg>
  );
}
