/** Le formulaire d'un évènement : ce que l'on tape (des textes, des heures de Paris) et ce que le service reçoit. */
import type { Modeles } from '../api/client';
import { decaler, duree, versInstant, versSaisie } from './dates';
import { ecrireEuros, lireEuros } from './montants';

type Evenement = Modeles['EvenementEquipe'];
export type Demande = Modeles['EvenementDemande'];
export type Genre = Evenement['moments'][number]['genre'];
export type PrixMode = Evenement['moments'][number]['prix']['mode'];
export type Format = NonNullable<Demande['formats']>[number];
export type Moyen = NonNullable<Demande['moyens_paiement']>[number];
export type Licence = NonNullable<Demande['licence']>;
export type Part = NonNullable<NonNullable<Demande['coorganisations']>[number]['part']>;

export const GENRES = [
  'reflexion', 'atelier', 'projection', 'banquet', 'concert', 'visite', 'jeu', 'travail', 'autre',
] as const satisfies readonly Genre[]; // prettier-ignore
export const FORMATS = [
  'conference_gesticulee', 'rencontre_debat', 'projection', 'journee_de_travail', 'atelier', 'balade', 'banquet',
  'concert', 'fete', 'chantier', 'autre',
] as const satisfies readonly Format[]; // prettier-ignore
export const MOYENS = ['especes', 'cheque', 'carte', 'monnaie_locale'] as const satisfies readonly Moyen[];
export const LICENCES = ['CC BY-SA 4.0', 'CC BY 4.0', 'CC0 1.0'] as const satisfies readonly Licence[];
export const PARTS = ['coorganisatrice', 'hote', 'soutien', 'traiteur'] as const satisfies readonly Part[];

export interface Choisi {
  slug: string;
  nom: string;
}

export interface SaisieTarif {
  cle: string;
  id: string | null;
  nom: string;
  montant: string;
  precision: string;
}

export interface SaisieMoment {
  /** Stable tant que le moment est à l'écran, même sans identifiant : l'ordre peut changer. */
  cle: string;
  id: string | null;
  genre: Genre;
  titre: string;
  description: string;
  debut: string;
  fin: string;
  /** Les instants reçus : une heure que l'on n'a pas touchée repart telle quelle, même celle que l'automne répète. */
  recus: { debut: string | null; fin: string | null };
  jauge: string;
  sur_inscription: boolean;
  mode: PrixMode;
  conseille: string;
  minimum: string;
  tarifs: SaisieTarif[];
}

export interface SaisieImage {
  empreinte: string;
  url: string;
  alt: string;
  credit: string;
}

export interface SaisieEvenement {
  titre: string;
  structure: string;
  resume: string;
  description: string;
  formats: Format[];
  themes: string[];
  cycle: string;
  lieu: Choisi | null;
  lieu_repli: Choisi | null;
  en_ligne: boolean;
  lien_en_ligne: string;
  moments: SaisieMoment[];
  coorganisations: (Choisi & { part: Part })[];
  acces: string;
  venir: string;
  a_apporter: string;
  image: SaisieImage | null;
  licence: Licence;
  paiement: string;
  moyens_paiement: Moyen[];
  monnaie_locale: string;
  cloture: string;
  cloture_recue: string | null;
  inscriptions_closes: boolean;
  attente: boolean;
  taille_max: string;
}

let suite = 0;

/** Une clé neuve pour suivre un élément d'une liste à l'écran. */
export function cle(): string {
  return `${Date.now().toString(36)}-${suite++}`;
}

export function momentVide(genre: Genre, debut = ''): SaisieMoment {
  return {
    cle: cle(), id: null, genre, titre: '', description: '', debut, fin: '', recus: { debut: null, fin: null }, jauge: '', sur_inscription: true,
    mode: genre === 'banquet' ? 'libre' : 'gratuit', conseille: '', minimum: '', tarifs: [],
  }; // prettier-ignore
}

export function evenementVide(structure: string): SaisieEvenement {
  return {
    titre: '', structure, resume: '', description: '', formats: [], themes: [], cycle: '', lieu: null, lieu_repli: null,
    en_ligne: false, lien_en_ligne: '', moments: [momentVide('reflexion'), momentVide('banquet')], coorganisations: [],
    acces: '', venir: '', a_apporter: '', image: null, licence: 'CC BY-SA 4.0', paiement: '', moyens_paiement: [],
    monnaie_locale: '', cloture: '', cloture_recue: null, inscriptions_closes: false, attente: true, taille_max: '12',
  }; // prettier-ignore
}

/** Ce qui est enregistré, comme on le tape. Les clés sont celles du service : deux lectures donnent la même saisie. */
export function depuisEvenement(evenement: Evenement): SaisieEvenement {
  return {
    titre: evenement.titre,
    structure: evenement.structure,
    resume: evenement.resume,
    description: evenement.description,
    formats: evenement.formats as Format[],
    themes: [...evenement.themes],
    cycle: evenement.cycle ?? '',
    lieu: evenement.lieu ? { slug: evenement.lieu, nom: nomDuLieu(evenement) } : null,
    lieu_repli: evenement.lieu_repli ? { slug: evenement.lieu_repli, nom: evenement.lieu_repli_nom ?? '' } : null,
    en_ligne: evenement.en_ligne,
    lien_en_ligne: evenement.lien_en_ligne ?? '',
    moments: evenement.moments.map((moment) => ({
      cle: moment.id,
      id: moment.id,
      genre: moment.genre,
      titre: moment.titre,
      description: moment.description,
      debut: versSaisie(moment.debut),
      fin: versSaisie(moment.fin),
      recus: { debut: moment.debut, fin: moment.fin },
      jauge: moment.jauge === null ? '' : String(moment.jauge),
      sur_inscription: moment.sur_inscription,
      mode: moment.prix.mode,
      conseille: ecrireEuros(moment.prix.conseille_centimes),
      minimum: ecrireEuros(moment.prix.minimum_centimes),
      tarifs: moment.prix.tarifs.map((tarif) => ({
        cle: tarif.id,
        id: tarif.id,
        nom: tarif.nom,
        montant: ecrireEuros(tarif.montant_centimes),
        precision: tarif.precision,
      })),
    })),
    coorganisations: evenement.coorganisations
      .filter(({ structure }) => structure !== evenement.structure)
      .map(({ structure, nom, part }) => ({ slug: structure, nom, part })),
    acces: evenement.acces,
    venir: evenement.venir,
    a_apporter: evenement.a_apporter,
    image:
      evenement.image && evenement.image_empreinte
        ? {
            empreinte: evenement.image_empreinte,
            url: evenement.image.url_petite,
            alt: evenement.image.alt,
            credit: evenement.image.credit,
          }
        : null,
    licence: evenement.licence as Licence,
    paiement: evenement.paiement,
    moyens_paiement: evenement.moyens_paiement as Moyen[],
    monnaie_locale: evenement.monnaie_locale,
    cloture: versSaisie(evenement.cloture_le),
    cloture_recue: evenement.cloture_le,
    inscriptions_closes: evenement.inscriptions_closes,
    attente: evenement.attente,
    taille_max: String(evenement.taille_max),
  };
}

function nomDuLieu(evenement: Evenement): string {
  return [evenement.lieu_nom ?? evenement.lieu, evenement.commune_nom].filter(Boolean).join(', ');
}

/** Ce qu'on voit sans demander au service : un champ, et la clé de sa phrase. */
export interface Remarque {
  champ: string;
  texte: 'montant' | 'fin_avant_debut' | 'entier' | 'alt' | 'instant';
}

/** La demande à envoyer, et ce qui ne s'y comprend pas. Rien n'est deviné : un montant illisible est une remarque. */
export function versDemande(saisie: SaisieEvenement, version: number | null): { demande: Demande; remarques: Remarque[] } {
  const remarques: Remarque[] = [];
  const noter = (champ: string, texte: Remarque['texte']) => void remarques.push({ champ, texte });

  const euros = (champ: string, texte: string): number | null => {
    const lu = lireEuros(texte);
    if (lu === undefined) noter(champ, 'montant');
    return lu ?? null;
  };
  const entier = (champ: string, texte: string): number | null => {
    const nu = texte.replace(/[\s\u00a0\u202f]/g, '');
    if (nu === '') return null;
    if (!/^\d{1,9}$/.test(nu)) noter(champ, 'entier');
    return /^\d{1,9}$/.test(nu) ? Number(nu) : null;
  };
  const instant = (champ: string, texte: string, recu: string | null): string | null => {
    if (recu !== null && versSaisie(recu) === texte) return recu;
    const lu = versInstant(texte);
    if (lu === null && texte !== '') noter(champ, 'instant');
    return lu;
  };

  const moments = saisie.moments.map((moment, rang) => {
    const ici = `moments.${rang}`;
    const minutes = duree(moment.debut, moment.fin);
    if (minutes !== null && minutes <= 0) noter(`${ici}.fin`, 'fin_avant_debut');
    return {
      id: moment.id,
      genre: moment.genre,
      titre: moment.titre.trim(),
      description: moment.description.trim(),
      debut: instant(`${ici}.debut`, moment.debut, moment.recus.debut),
      fin: instant(`${ici}.fin`, moment.fin, moment.recus.fin),
      jauge: entier(`${ici}.jauge`, moment.jauge),
      sur_inscription: moment.sur_inscription,
      prix: {
        mode: moment.mode,
        conseille_centimes: moment.mode === 'libre' ? euros(`${ici}.prix.conseille_centimes`, moment.conseille) : null,
        minimum_centimes: moment.mode === 'libre' ? euros(`${ici}.prix.minimum_centimes`, moment.minimum) : null,
        tarifs:
          moment.mode !== 'tarifs'
            ? []
            : moment.tarifs.map((tarif, numero) => {
                const champ = `${ici}.prix.tarifs.${numero}.montant_centimes`;
                const montant = euros(champ, tarif.montant);
                if (tarif.montant.trim() === '') noter(champ, 'montant');
                return {
                  id: tarif.id,
                  nom: tarif.nom.trim(),
                  montant_centimes: montant ?? 0,
                  precision: tarif.precision.trim(),
                };
              }),
      },
    };
  });
  if (saisie.image && saisie.image.alt.trim() === '') noter('image.alt', 'alt');
  if (saisie.taille_max.trim() === '') noter('taille_max', 'entier');

  const demande: Demande = {
    titre: saisie.titre.trim(),
    structure: saisie.structure,
    version,
    resume: saisie.resume.trim(),
    description: saisie.description,
    formats: saisie.formats,
    themes: saisie.themes,
    cycle: saisie.cycle || null,
    lieu: saisie.lieu?.slug ?? null,
    lieu_repli: saisie.lieu_repli?.slug ?? null,
    en_ligne: saisie.en_ligne,
    lien_en_ligne: saisie.en_ligne ? saisie.lien_en_ligne.trim() || null : null,
    moments,
    coorganisations: saisie.coorganisations.map(({ slug, part }) => ({ structure: slug, part })),
    acces: saisie.acces,
    venir: saisie.venir,
    a_apporter: saisie.a_apporter,
    image: saisie.image && {
      empreinte: saisie.image.empreinte,
      alt: saisie.image.alt.trim(),
      credit: saisie.image.credit.trim(),
    },
    licence: saisie.licence,
    paiement: saisie.paiement,
    moyens_paiement: saisie.moyens_paiement,
    monnaie_locale: saisie.moyens_paiement.includes('monnaie_locale') ? saisie.monnaie_locale.trim() : '',
    cloture_le: instant('cloture_le', saisie.cloture, saisie.cloture_recue),
    inscriptions_closes: saisie.inscriptions_closes,
    attente: saisie.attente,
    taille_max: entier('taille_max', saisie.taille_max) ?? 12,
  };
  return { demande, remarques };
}

/** Deux heures : ce que dure un moment tant qu'on n'a rien dit. */
const DUREE = 120;

/** Un moment qui commence à une autre heure : il garde sa durée, ou dure deux heures la première fois. */
export function commencer(moment: SaisieMoment, debut: string): Pick<SaisieMoment, 'debut' | 'fin'> {
  const minutes = duree(moment.debut, moment.fin);
  return { debut, fin: decaler(debut, minutes !== null && minutes > 0 ? minutes : DUREE) || moment.fin };
}

/** Le moment que l'on ajoute : il commence quand le précédent finit. */
export function momentSuivant(moments: readonly SaisieMoment[]): SaisieMoment {
  const dernier = moments.at(-1);
  const neuf = momentVide('autre');
  const debut = dernier?.fin || dernier?.debut || '';
  return debut ? { ...neuf, ...commencer(neuf, debut) } : neuf;
}

/** Le moment changé ; ceux qui le suivent et ne sont pas encore enregistrés commencent à sa fin, tant qu'on n'en dit rien. */
export function changerMoment(
  moments: readonly SaisieMoment[],
  rang: number,
  morceau: Partial<SaisieMoment>,
): SaisieMoment[] {
  const apres = moments.map((moment, la) => (la === rang ? { ...moment, ...morceau } : moment));
  for (let la = rang; la + 1 < apres.length; la++) {
    const [ici, avant, suivant] = [apres[la], moments[la], apres[la + 1]];
    const enchaine = suivant?.id === null && suivant.debut === avant?.fin && (suivant.debut || !suivant.fin);
    if (!ici?.fin || !suivant || !enchaine || suivant.debut === ici.fin) break;
    apres[la + 1] = { ...suivant, ...commencer(suivant, ici.fin) };
  }
  return apres;
}

/** Un moment encore en cours quand celui-ci commence : permis (deux ateliers à la fois), mais dit. */
export function chevauche<M extends { debut: string | null; fin: string | null }>(
  moments: readonly M[],
  rang: number,
): M | undefined {
  const debut = moments[rang]?.debut;
  if (!debut) return undefined;
  const ici = Date.parse(debut);
  return moments.find((autre, la) => {
    if (la === rang || !autre.debut || !autre.fin) return false;
    const commence = Date.parse(autre.debut);
    return (commence < ici || (commence === ici && la < rang)) && Date.parse(autre.fin) > ici;
  });
}
