// Les écrans de la cuisine d'un banquet. Ils ne savent pas d'où vient ce qu'ils montrent : un lien, ou un compte.

import { useSignal, type Signal } from '@preact/signals';
import { Component, type ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { direJour, direPlage } from '../espace/dates';
import { Icone, type NomIcone } from '../espace/composants/icone';
import { changements } from './changements';
import { Assiettes } from './ecrans/assiettes';
import { Courses } from './ecrans/courses';
import { Jour, direChangement } from './ecrans/jour';
import { Menu } from './ecrans/menu';
import { Messages } from './ecrans/messages';
import { Papiers } from './ecrans/papiers';
import { Releves } from './ecrans/releves';
import type { Banquet } from './etat';
import { direInstant } from './formes';
import { messagesRefuses, type Geste } from './gestes';
import { langue, t, type Cle } from './textes';
import type { Vue } from './vue';

export interface Montre {
  banquet: Banquet;
  vue: Vue;
}

const ONGLETS = [
  ['jour', 'personnes', Jour],
  ['menu', 'marmite', Menu],
  ['courses', 'panier', Courses],
  ['releves', 'thermometre', Releves],
  ['assiettes', 'table', Assiettes],
  ['messages', 'bulle', Messages],
  ['papiers', 'imprimer', Papiers],
] as const satisfies readonly (readonly [string, NomIcone, (montre: Montre) => preact.JSX.Element])[];
type Onglet = (typeof ONGLETS)[number][0];
/** Ceux que montre un téléphone ; les autres sont derrière « Plus ». */
const SOUS_LE_POUCE = 4;

function ongletDe(ancre: string): Onglet {
  return ONGLETS.find(([nom]) => `#${nom}` === ancre)?.[0] ?? 'jour';
}

export function Ecrans({
  banquet,
  retour,
  dansLEspace,
}: {
  banquet: Banquet;
  retour?: { adresse: string; mot: string };
  /** L'espace a déjà le titre de la page, son en-tête et son corps. */
  dansLEspace?: boolean;
}) {
  const onglet = useSignal<Onglet>(ongletDe(location.hash));
  const titre = useRef<HTMLHeadingElement>(null);
  const Corps = dansLEspace ? 'div' : 'main';
  const Titre = dansLEspace ? 'h2' : 'h1';
  useEffect(() => {
    const suivre = () => {
      onglet.value = ongletDe(location.hash);
      scrollTo(0, 0);
      // L'écran a changé parce qu'on l'a demandé : le lecteur d'écran y va. Un changement venu d'ailleurs, lui, se dit sans bouger.
      titre.current?.focus();
    };
    addEventListener('hashchange', suivre);
    return () => removeEventListener('hashchange', suivre);
  }, []);
  const vue = banquet.vue.value;
  if (banquet.reseau.value === 'ferme') return <Ferme banquet={banquet} corps={Corps} titre={Titre} />;
  if (vue === null) return <Attente banquet={banquet} corps={Corps} titre={Titre} />;
  const [, , Ecran] = ONGLETS.find(([nom]) => nom === onglet.value) ?? ONGLETS[0];
  return (
    <div class="banquet-cuisine">
      <header class="tete-cuisine">
        {!dansLEspace && retour && (
          <a class="retour" href={retour.adresse}>
            <Icone nom="fleche" />
            <span>{retour.mot}</span>
          </a>
        )}
        <div>
          {!dansLEspace && <p class="titre-cuisine">{vue.repas.evenement}</p>}
          <EtatDuReseau banquet={banquet} />
        </div>
      </header>
      <Annonce banquet={banquet} />
      <Barre onglet={onglet} nonLus={vue.messages.non_lus_cuisine} />
      <Corps class="corps-cuisine">
        <Titre ref={titre} tabIndex={-1}>
          {t(`onglets.${onglet.value}`)}
        </Titre>
        {!dansLEspace && vue.repas.statut !== 'publie' && vue.repas.statut !== 'brouillon' && (
          <p class="allergie">{t(`statuts.${vue.repas.statut}` as Cle)}</p>
        )}
        {!dansLEspace && onglet.value === 'jour' && <p class="second">{direRepas(vue.repas)}</p>}
        <EnAttente banquet={banquet} onglet={onglet.value} />
        {banquet.ancienne.value && banquet.reseau.value === 'hors' && <p class="second">{t('reseau.ancienne')}</p>}
        <Garde key={`${onglet.value} ${banquet.ancienne.value}`}>
          <Ecran banquet={banquet} vue={vue} />
        </Garde>
      </Corps>
    </div>
  );
}

/** Un écran qui ne sait pas lire ce qu'il a le dit, et laisse les autres ouverts : la file et les relevés n'y sont pour rien. */
class Garde extends Component<{ children: ComponentChildren }, { illisible: boolean }> {
  override state = { illisible: false };
  static override getDerivedStateFromError = () => ({ illisible: true });
  override render() {
    return this.state.illisible ? <p class="encart">{t('reseau.illisible')}</p> : this.props.children;
  }
}

/** « Banquet, vendredi 12 juin 2026, 20 h – 23 h, salle des fêtes, Uzès ». */
function direRepas({ titre, debut, fin, lieu }: Vue['repas']): string {
  const quand = debut ? `${direJour(debut, langue)}, ${direPlage(debut, fin, langue)}` : t('jour.sans_date');
  return [titre, quand, lieu?.nom, lieu?.commune.nom].filter(Boolean).join(' · ');
}

function Barre({ onglet, nonLus }: { onglet: Signal<Onglet>; nonLus: number }) {
  const plus = useSignal(false);
  const longue = ONGLETS.length > SOUS_LE_POUCE + 1;
  const replie = (rang: number) => longue && rang >= SOUS_LE_POUCE;
  useEffect(() => {
    plus.value = false;
  }, [onglet.value]);
  return (
    <nav class={`barre-cuisine${longue ? ' longue' : ''}${plus.value ? ' ouverte' : ''}`} aria-label={t('onglets.barre')}>
      <ul>
        {ONGLETS.map(([nom, icone], rang) => (
          <li key={nom} class={replie(rang) ? 'replie' : ''}>
            <a href={`#${nom}`} aria-current={onglet.value === nom ? 'page' : undefined}>
              <Icone nom={icone} />
              <span>{t(`onglets.${nom}`)}</span>
              {nom === 'messages' && nonLus > 0 && <NonLus n={nonLus} />}
            </a>
          </li>
        ))}
        {longue && (
          <li class="plus-cuisine">
            <button
              type="button"
              class={replie(ONGLETS.findIndex(([nom]) => nom === onglet.value)) ? 'ici' : ''}
              aria-expanded={plus.value}
              onClick={() => (plus.value = !plus.value)}
            >
              <Icone nom="points" />
              <span>{t('onglets.plus')}</span>
              {nonLus > 0 && <NonLus n={nonLus} />}
            </button>
          </li>
        )}
      </ul>
    </nav>
  );
}

function NonLus({ n }: { n: number }) {
  return (
    <span class="compte-cuisine">
      {n}
      <span class="invisible"> {t('messages.non_lus', { n })}</span>
    </span>
  );
}

/** Toujours dit : de quand date ce que l'on voit. Sans annonce : à chaque minute, ce serait du bruit. */
function EtatDuReseau({ banquet }: { banquet: Banquet }) {
  const quand = banquet.lue_le.value ? direInstant(banquet.lue_le.value, langue) : '';
  const hors = banquet.reseau.value === 'hors';
  const attendent = banquet.gestes.value.filter(({ etat }) => etat === 'garde').length;
  return (
    <p class={hors ? 'fraicheur hors' : 'fraicheur'}>
      <Icone nom={hors ? 'attention' : attendent > 0 ? 'horloge' : 'coche'} />
      <span>
        {banquet.reseau.value === 'lecture' ? t('reseau.copie', { quand }) : t(hors ? 'reseau.hors' : attendent > 0 ? 'reseau.recu' : 'reseau.a_jour', { quand })}
        {attendent > 0 && ` ${t('reseau.attendent', { n: attendent })}`}
      </span>
    </p>
  );
}

/** Ce qui vient de changer, dit une fois à qui écoute l'écran, sans prendre le focus ; et les passages hors réseau. */
function Annonce({ banquet }: { banquet: Banquet }) {
  const dite = useSignal('');
  const avant = useRef<Vue | null>(null);
  const horsAvant = useRef(false);
  const vue = banquet.vue.value;
  const hors = banquet.reseau.value === 'hors';
  useEffect(() => {
    if (avant.current && vue && avant.current !== vue) {
      const phrases = changements(avant.current, vue).map(direChangement);
      if (phrases.length > 0) dite.value = `${t('signal.change')} ${phrases.join(' ')}`;
    }
    avant.current = vue;
  }, [vue]);
  useEffect(() => {
    if (hors !== horsAvant.current) dite.value = t(hors ? 'signal.hors' : 'signal.revenu');
    horsAvant.current = hors;
  }, [hors]);
  return (
    <p class="invisible" aria-live="polite" data-signal>
      {dite.value}
    </p>
  );
}

/** Ce que le service a refusé : dit, gardé, jusqu'à ce que quelqu'un l'ait lu. Un message, lui, retourne dans sa case. */
function EnAttente({ banquet, onglet }: { banquet: Banquet; onglet: Onglet }) {
  const messages = new Set(messagesRefuses(banquet.gestes.value));
  const refuses = banquet.gestes.value.filter((geste) => geste.etat === 'refuse' && !(onglet === 'messages' && messages.has(geste)));
  if (refuses.length === 0) return null;
  return (
    <div class="encart refus" role="alert">
      <p>
        <strong>{t('gestes.refuses', { n: refuses.length })}</strong>
      </p>
      <ul>
        {refuses.map((geste) => (
          <li key={geste.rang}>
            <UnGeste geste={geste} />
            {geste.raison && <p>{geste.raison}</p>}
            {messages.has(geste) ? (
              <a class="bouton petit" href="#messages">
                {t('gestes.corriger')}
              </a>
            ) : (
              <button type="button" class="bouton petit" onClick={() => void banquet.jeter(geste)}>
                {t('gestes.lu')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Ce qu'on avait écrit, de quoi le refaire à la main. */
export function UnGeste({ geste: { sorte, corps, methode } }: { geste: Geste }) {
  const dit = (nom: string) => String(corps?.[nom] ?? '');
  const details: Record<Geste['sorte'], string> = {
    message: dit('texte'),
    temperature: corps ? `${dit('sujet')} ${(Number(corps['dixiemes']) / 10).toLocaleString(langue)} °C` : '',
    pesee: corps ? `${dit('grammes')} g` : '',
    lecture: '',
  };
  return (
    <p>
      <strong>{t((methode === 'DELETE' ? 'gestes.retrait' : `gestes.${sorte}`) as Cle)}</strong> {details[sorte]}
    </p>
  );
}

interface Seul {
  banquet: Banquet;
  corps: 'main' | 'div';
  titre: 'h1' | 'h2';
}

function Attente({ banquet, corps: Corps, titre: Titre }: Seul) {
  const hors = banquet.reseau.value === 'hors';
  return (
    <Corps class="page">
      <Titre>{t('banquets.cuisine')}</Titre>
      {hors ? (
        <div class="encart refus" role="alert">
          <p>{t('reseau.hors_rien')}</p>
          <button type="button" class="bouton" onClick={() => void banquet.essayer()}>
            {t('reseau.essayer')}
          </button>
        </div>
      ) : (
        <p class="patience" role="status">
          {t('reseau.lecture')}
        </p>
      )}
    </Corps>
  );
}

/** Le lien ne s'ouvre plus. La copie est déjà effacée ; ce qui n'est pas parti se lit encore, pour être recopié. */
function Ferme({ banquet, corps: Corps, titre: Titre }: Seul) {
  const gestes = banquet.gestes.value;
  return (
    <Corps class="page">
      <Titre>{t('ferme.titre')}</Titre>
      <p>{t('ferme.phrase')}</p>
      {gestes.length > 0 && (
        <section class="encart refus">
          <p>
            <strong>{t('ferme.pas_partis', { n: gestes.length })}</strong>
          </p>
          <p>{t('ferme.pas_partis_aide')}</p>
          <ul>
            {gestes.map((geste) => (
              <li key={geste.rang}>
                <UnGeste geste={geste} />
                <button type="button" class="bouton petit" onClick={() => void banquet.jeter(geste)}>
                  {t('ferme.effacer')}
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <button type="button" class="bouton" onClick={() => void banquet.essayer()}>
        {t('reseau.essayer')}
      </button>
    </Corps>
  );
}
