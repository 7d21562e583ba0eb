import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { api, obtenir, Probleme } from '../../api/client';
import { garderBrouillon, lireBrouillon, oublierBrouillon, type Brouillon } from '../brouillons';
import { Case, ChampLong, ChampTexte } from '../composants/champs';
import { Formulaire, useEnvoi } from '../composants/formulaire';
import { Icone } from '../composants/icone';
import { Bloc, Suite, Vide } from '../composants/page';
import { direMoment, versSaisie } from '../dates';
import { annoncer, oublier, useActe, useChargement } from '../etat';
import { langue, t } from '../textes';
import { Ailleurs } from './ailleurs';
import { Cadre, type Tete } from './cadre';
import { estDevant, parler } from './temps';
import { Couverture, lireCouverture, lireEffectif, type Besoin } from './couverture';
import { EditeurPlat, type GestesPlat } from './editeur-plat';
import { enumerer, nomAllergene, nomRegime, SERVICES, type Menu, type Service } from './mots';
import { ouvrirPublication, ouvrirRecettes } from './recettes';
import {
  acheterCommeAuMenu,
  comparer,
  convivesParPlat,
  depuisMenu,
  deplacer,
  dupliquer,
  fusionner,
  memeMenu,
  memeContenu,
  partPour,
  platVide,
  ranger,
  remettrePlat,
  retirerPlat,
  varianteDe,
  versDemande,
  type Choix,
  type SaisieMenu,
  type SaisiePlat,
} from './saisie-menu';

export const lireMenu = (moment: string): Promise<Menu> =>
  obtenir(api.GET('/api/espace/banquets/{moment}/menu', { params: { path: { moment } } }));

export default function MenuDuBanquet({ moment }: { moment: string }) {
  const menu = useChargement(`banquet/${moment}/menu`, () => lireMenu(moment));
  // La première lecture reçue fait foi : un rafraîchissement ne remplace pas ce que l'on est en train d'écrire.
  const fige = useRef<{ moment: string; menu: Menu } | null>(null);
  if (!menu.enCours && menu.valeur && fige.current?.moment !== moment) fige.current = { moment, menu: menu.valeur };
  const lu = fige.current?.moment === moment ? fige.current.menu : null;
  return (
    <Cadre moment={moment} nom="banquet.menu">
      {(tete) =>
        lu ? <Edition key={moment} tete={tete} menu={lu} recent={menu.valeur} /> : <Suite de={menu}>{() => null}</Suite>
      }
    </Cadre>
  );
}

interface Garde {
  saisie: SaisieMenu;
  /** Le menu que l'on avait lu : sans lui, on ne saurait pas ce que chacun a changé. */
  lu: Menu;
}

interface Retire {
  nom: string;
  remettre: (plats: SaisiePlat[]) => SaisiePlat[];
}

function Edition({
  tete,
  menu,
  recent,
}: {
  tete: Tete;
  menu: Menu;
  /** La dernière lecture : au retour sur l'onglet, une autre main a pu passer. */
  recent: Menu | undefined;
}) {
  const { moment } = tete;
  const devant = estDevant(tete.temps);
  const brouillon = `menu:${moment}`;
  const envoi = useEnvoi();
  const { enCours: occupe, agir } = useActe();
  const [garde, poserGarde] = useState<Brouillon<Garde> | null>(() => lireBrouillon(brouillon));
  const [lu, relire] = useState<Menu>(garde?.saisie.lu ?? menu);
  const [saisie, ecrire] = useState<SaisieMenu>(() => garde?.saisie.saisie ?? depuisMenu(menu, langue));
  const [ailleurs, poserAilleurs] = useState<Menu | null>(lu.version === menu.version ? null : menu);
  const [ouverts, ouvrir] = useState<ReadonlySet<string>>(new Set());
  const [neuf, nommer] = useState<string | null>(null);
  const [retire, retenir] = useState<Retire | null>(null);
  const [noteLe, noter] = useState<string | null>(null);
  const avant = useMemo(() => depuisMenu(lu, langue), [lu]);
  const different = useMemo(() => !memeMenu(saisie, avant), [saisie, avant]);
  const fini = useRef(false);
  const effectif = useChargement(`banquet/${moment}/effectif`, () => lireEffectif(moment));
  const couverture = useChargement(`banquet/${moment}/couverture`, () => lireCouverture(moment));
  const tous = effectif.valeur ? (effectif.valeur.arret?.parts ?? effectif.valeur.parts) : null;
  const servis = convivesParPlat(saisie.plats, tous ?? { adultes: 0, enfants: 0 });
  const mois = tete.debut ? Number(versSaisie(tete.debut).slice(5, 7)) : null;

  // Gardé peu après chaque frappe ; et tout de suite si l'onglet disparaît.
  useEffect(() => {
    if (!different) {
      if (!fini.current && garde === null) oublierBrouillon(brouillon);
      return;
    }
    fini.current = false;
    const garder = () => {
      if (!fini.current && garderBrouillon<Garde>(brouillon, { saisie, lu }, lu.version)) noter(new Date().toISOString());
    };
    const minuterie = setTimeout(garder, 600);
    addEventListener('pagehide', garder);
    return () => {
      clearTimeout(minuterie);
      removeEventListener('pagehide', garder);
      garder();
    };
  }, [saisie, lu]);

  const adopter = (recu: Menu) => {
    fini.current = true;
    oublierBrouillon(brouillon);
    poserGarde(null);
    relire(recu);
    ecrire(depuisMenu(recu, langue));
    poserAilleurs(null);
    retenir(null);
    noter(null);
  };
  // Rien d'écrit ici : le menu de l'autre main remplace le nôtre sans rien demander.
  useEffect(() => {
    if (recent && recent.version > lu.version && !different && !garde) adopter(recent);
  }, [recent]);
  const changerPlats = (faire: (plats: SaisiePlat[]) => SaisiePlat[]) =>
    ecrire((ici) => ({ ...ici, plats: faire(ici.plats) }));
  const basculer = (id: string) =>
    ouvrir((ici) => {
      const apres = new Set(ici);
      if (!apres.delete(id)) apres.add(id);
      return apres;
    });
  const montrer = (id: string) => ouvrir((ici) => new Set([...ici, id]));
  /** Les plats où quelque chose ne va pas s'ouvrent : leurs champs doivent être là pour qu'on y mène. */
  const ouvrirFautifs = (erreurs: readonly { champ: string }[]) => {
    for (const { champ } of erreurs) {
      const plat = saisie.plats[Number(/^plats\.(\d+)/.exec(champ)?.[1] ?? -1)];
      if (plat) montrer(plat.id);
    }
  };
  /** Quelqu'un a enregistré entre-temps : lire son menu pour que l'on puisse choisir. */
  const comparerSi = async (erreur: unknown) => {
    if (erreur instanceof Probleme && erreur.code === 'banquet-modifie') poserAilleurs(await lireMenu(moment));
    if (erreur instanceof Probleme) ouvrirFautifs(erreur.erreurs);
  };

  const soumettre = () => {
    const { demande, remarques } = versDemande(saisie, lu.version);
    if (remarques.length > 0) {
      const erreurs = remarques.map(({ champ, texte }) => ({ champ, message: t(`menu.remarques.${texte}`) }));
      ouvrirFautifs(erreurs);
      envoi.refuser({ phrase: t('edition.a_corriger', { n: erreurs.length }), erreurs, code: 'remarques' });
      return;
    }
    void envoi.envoyer(async () => {
      try {
        const options = { params: { path: { moment } }, body: demande };
        adopter(await obtenir(api.PUT('/api/espace/banquets/{moment}/menu', options)));
      } catch (erreur) {
        await comparerSi(erreur);
        throw erreur;
      }
      oublier(`banquet/${moment}/`);
      annoncer(t('menu.enregistre'));
    });
  };

  const confirmer = (plat: SaisiePlat) =>
    agir(async () => {
      try {
        const options = { params: { path: { moment, plat: plat.id } }, body: { version: lu.version } };
        const recu = await obtenir(
          api.POST('/api/espace/banquets/{moment}/menu/plats/{plat}/confirmer', options),
        );
        // Les autres plats peuvent être en cours d'écriture : seule leur base change.
        ecrire((ici) => fusionner(avant, ici, depuisMenu(recu, langue)));
        relire(recu);
        oublier(`banquet/${moment}/`);
        annoncer(t('menu.relu_note', { plat: plat.nom }));
      } catch (erreur) {
        await comparerSi(erreur);
        throw erreur;
      }
    });

  const reunir = (choix: Choix) => {
    if (!ailleurs) return;
    ecrire((ici) => fusionner(avant, ici, depuisMenu(ailleurs, langue), choix));
    relire(ailleurs);
    poserAilleurs(null);
    envoi.refuser(null);
    annoncer(t('menu.reuni'));
  };

  const copier = (plat: SaisiePlat) => {
    changerPlats((plats) => [
      ...plats,
      { ...plat, lignes: plat.lignes.map((ligne) => acheterCommeAuMenu(ligne, plats)) },
    ]);
    montrer(plat.id);
    nommer(plat.id);
  };
  const ajouter = (service: Service) => copier(platVide(service));
  const ajouterApres = (plat: SaisiePlat, suivant: SaisiePlat) => {
    changerPlats((plats) => {
      const rang = plats.findIndex(({ id }) => id === plat.id) + 1;
      return [...plats.slice(0, rang), suivant, ...plats.slice(rang)];
    });
    montrer(suivant.id);
    nommer(suivant.id);
  };
  /** Un plat pour qui n'en a pas : une variante du premier plat principal, ou un plat s'il n'y en a aucun. */
  const ajouterPour = (besoin: Besoin, assiettes: number) => {
    const base = saisie.plats.find(({ service, remplace }) => service === 'plat' && !remplace);
    if (!base) return ajouter('plat');
    const quoi = [...besoin.regimes.map(nomRegime), ...besoin.allergenes.map((code) => t('menu.sans', { quoi: nomAllergene(code) }))];
    const nom = t('menu.variante_pour', { plat: base.nom, quoi: enumerer(quoi) }).slice(0, 160);
    ajouterApres(base, varianteDe(base, nom, partPour(besoin.nombre, assiettes, langue)));
  };
  const gestesDe = (plat: SaisiePlat): GestesPlat => {
    const change = (morceau: Partial<SaisiePlat>) =>
      changerPlats((plats) => plats.map((autre) => (autre.id === plat.id ? { ...autre, ...morceau } : autre)));
    const bouge = (sens: -1 | 1) => {
      const apres = deplacer(saisie.plats, plat.id, sens);
      return apres.some((autre, rang) => autre !== saisie.plats[rang]) ? () => changerPlats(() => apres) : null;
    };
    return {
      changer: change,
      ouvrir: () => basculer(plat.id),
      place: placeDe(saisie.plats, plat),
      monter: bouge(-1),
      descendre: bouge(1),
      dupliquer: () => ajouterApres(plat, dupliquer(plat, t('menu.copie_de', { plat: plat.nom }))),
      decliner: plat.remplace
        ? null
        : () => ajouterApres(plat, varianteDe(plat, t('menu.variante_nom', { plat: plat.nom }))),
      retirer: () => {
        const rang = saisie.plats.indexOf(plat);
        const variantes = saisie.plats.filter(({ remplace }) => remplace === plat.id).map(({ id }) => id);
        changerPlats((plats) => retirerPlat(plats, plat.id));
        retenir({
          nom: plat.nom || t('menu.sans_nom'),
          remettre: (plats) => remettrePlat(plats, plat, rang, variantes),
        });
      },
      ajouterLigne: (ligne) =>
        change({ lignes: [...plat.lignes, acheterCommeAuMenu(ligne, saisie.plats)] }),
      retirerLigne: (ligne) => {
        const rang = plat.lignes.indexOf(ligne);
        change({ lignes: plat.lignes.filter(({ cle }) => cle !== ligne.cle) });
        retenir({
          nom: ligne.nom,
          remettre: (plats) =>
            plats.map((autre) =>
              autre.id === plat.id
                ? { ...autre, lignes: [...autre.lignes.slice(0, rang), ligne, ...autre.lignes.slice(rang)] }
                : autre,
            ),
        });
      },
      publier: () => ouvrirPublication(plat),
      confirmer: () => void confirmer(plat),
    };
  };

  return (
    <>
      {garde && (
        <div class="encart">
          <p>{t('edition.retrouve', { quand: direMoment(garde.garde_le, langue) })}</p>
          <button type="button" class="bouton" onClick={() => adopter(ailleurs ?? menu)}>
            {t('edition.repartir')}
          </button>
        </div>
      )}
      <Formulaire
        envoi={envoi}
        soumettre={soumettre}
        resume={
          ailleurs ? (
            <Ailleurs
              differences={comparer(avant, saisie, depuisMenu(ailleurs, langue))}
              modifieLe={ailleurs.modifie_le}
              reunir={reunir}
            />
          ) : undefined
        }
        pied={
          <>
            <span class="second" role="status">
              {retire
                ? t('menu.retire', { quoi: retire.nom })
                : different
                  ? noteLe
                    ? t('edition.garde', { quand: direMoment(noteLe, langue) })
                    : ''
                  : t('edition.a_jour')}
            </span>
            {retire && (
              <button
                type="button"
                class="bouton"
                onClick={() => {
                  changerPlats(retire.remettre);
                  retenir(null);
                }}
              >
                <Icone nom="annuler" />
                {t('menu.remettre')}
              </button>
            )}
            <button type="submit" class="bouton plein" disabled={envoi.enCours || occupe || ailleurs !== null}>
              {t('actes.enregistrer')}
            </button>
          </>
        }
      >
        {devant && lu.plats.length > 0 && <Couverture moment={moment} modifie={different} ajouter={ajouterPour} />}
        {saisie.plats.length === 0 && <Vide>{t(`menu.vide.${parler(tete.temps)}`)}</Vide>}
        {SERVICES.map((service) => {
          const plats = ranger(saisie.plats, service);
          if (plats.length === 0) return null;
          return (
            <Bloc key={service} titre={t(`services.${service}`)}>
              <ul class="plats-edites">
                {plats.map((plat) => (
                  <EditeurPlat
                    key={plat.id}
                    chemin={`plats.${saisie.plats.indexOf(plat)}`}
                    plat={plat}
                    enregistre={lu.plats.find(({ id }) => id === plat.id)}
                    change={!memeContenu(plat, avant.plats.find(({ id }) => id === plat.id))}
                    ouvert={ouverts.has(plat.id)}
                    neuf={neuf === plat.id}
                    occupe={occupe || envoi.enCours}
                    mois={mois}
                    bases={basesDe(saisie.plats, plat)}
                    servis={servis.get(plat.id)}
                    tous={tous}
                    besoin={couverture.valeur?.variantes.find((v) => v.plat === plat.id)?.demandees ?? null}
                    gestes={gestesDe(plat)}
                  />
                ))}
              </ul>
            </Bloc>
          );
        })}
        {devant && (
          <Bloc titre={t('menu.ajouter')}>
            <div class="boutons" id="champ-plats">
              {SERVICES.map((service) => (
                <button key={service} type="button" class="bouton petit" onClick={() => ajouter(service)}>
                  <Icone nom="plus" />
                  {t(`ajouter_service.${service}`)}
                </button>
              ))}
              <button type="button" class="bouton petit" onClick={() => ouvrirRecettes(mois, copier)}>
                <Icone nom="reseau" />
                {t('recettes.ouvrir')}
              </button>
            </div>
          </Bloc>
        )}
        <Bloc titre={t('menu.reglages')}>
          <ChampTexte
            chemin="marge_milliemes"
            etiquette={t('menu.marge')}
            aide={t('menu.marge_aide')}
            inputMode="decimal"
            suffixe="%"
            valeur={saisie.marge}
            changer={(marge) => ecrire((ici) => ({ ...ici, marge }))}
          />
          <Case
            chemin="menu_public"
            etiquette={t('menu.public')}
            aide={t('menu.public_aide')}
            cochee={saisie.menu_public}
            changer={(menu_public) => ecrire((ici) => ({ ...ici, menu_public }))}
          />
          <ChampLong
            chemin="notes"
            etiquette={t('menu.notes')}
            aide={t('menu.notes_aide')}
            valeur={saisie.notes}
            changer={(notes) => ecrire((ici) => ({ ...ici, notes }))}
            maximum={2000}
          />
        </Bloc>
      </Formulaire>
    </>
  );
}

/** Son rang parmi les plats avec qui il s'échange : ceux du même service, ou les variantes du même plat. */
function placeDe(plats: readonly SaisiePlat[], plat: SaisiePlat): { rang: number; total: number } {
  const pairs = plats.filter(({ service, remplace }) => service === plat.service && remplace === plat.remplace);
  return { rang: pairs.indexOf(plat) + 1, total: pairs.length };
}

/** Les plats que celui-ci peut remplacer : ni lui, ni une variante ; et aucun s'il a déjà les siennes. */
function basesDe(plats: readonly SaisiePlat[], plat: SaisiePlat): { id: string; nom: string }[] {
  if (plats.some(({ remplace }) => remplace === plat.id)) return [];
  return plats
    .filter(({ id, remplace }) => id !== plat.id && !remplace)
    .map(({ id, nom }) => ({ id, nom: nom.trim() || t('menu.sans_nom') }));
}
