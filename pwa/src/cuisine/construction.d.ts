/** La forme de ce que le service donne, à la construction de cette page (vite.config.ts). */
declare const FORME_CUISINE: string;
