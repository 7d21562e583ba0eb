// Vite trouve `./dates` sans extension ; Node, non. Ce crochet essaie `.ts` à sa place, pour les essais seulement.
import { registerHooks } from 'node:module';

registerHooks({
  resolve(nom, contexte, suivant) {
    const relatif = nom.startsWith('.') && !/\.\w+$/.test(nom);
    return suivant(relatif ? `${nom}.ts` : nom, contexte);
  },
});
