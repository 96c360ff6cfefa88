declare module 'respite:messages' {
  export const messages: Record<'en' | 'de', Record<string, string>>;
  /** German by the English of the server. */
  export const sentences: Record<string, string>;
}
declare module '*.css';
